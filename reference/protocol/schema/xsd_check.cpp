#include "reference/protocol/schema/xsd_check.hpp"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

namespace mr::schema {

namespace {

// Keeps the first message of libxml2.
void keep_first(void* first, xmlErrorPtr error) {
  auto& text = *static_cast<std::string*>(first);
  if (!text.empty() || error == nullptr) return;
  if (error->line > 0) text = "line " + std::to_string(error->line) + ": ";
  text += error->message != nullptr ? error->message : "an error without words";
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  if (text.size() > 500) text.resize(500);
}

// Without this libxml2 prints to stderr what it finds outside of a context.
void say_nothing(void*, const char*, ...) {}

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

}  // namespace

struct XsdCheck::Loaded {
  std::unique_ptr<xmlSchema, Freed<xmlSchemaFree>> schema;
};

XsdCheck::XsdCheck(std::unique_ptr<Loaded> loaded) : loaded_(std::move(loaded)) {}
XsdCheck::XsdCheck(XsdCheck&&) noexcept = default;
XsdCheck& XsdCheck::operator=(XsdCheck&&) noexcept = default;
XsdCheck::~XsdCheck() = default;

Result<XsdCheck> XsdCheck::load(const std::string& directory) {
  xmlInitParser();
  const std::string path = directory + "/remote_services.xsd";
  std::unique_ptr<xmlSchemaParserCtxt, Freed<xmlSchemaFreeParserCtxt>> context(
      xmlSchemaNewParserCtxt(path.c_str()));
  MR_ASSERT(context != nullptr);
  std::string first;
  xmlSchemaSetParserStructuredErrors(context.get(), keep_first, &first);
  auto loaded = std::make_unique<Loaded>();
  loaded->schema.reset(xmlSchemaParse(context.get()));
  if (loaded->schema == nullptr) return Fault(errc::schema_violation, path + ": " + first);
  return XsdCheck(std::move(loaded));
}

Result<void> XsdCheck::validate(std::string_view xml, const GateLimits& limits) const {
  MR_TRY(pass_gate(xml, limits));
  if (xml.size() > static_cast<std::size_t>(INT32_MAX)) return Fault(errc::too_large, "beyond 2 GiB");
  std::string first;
  std::unique_ptr<xmlParserCtxt, Freed<xmlFreeParserCtxt>> parser(xmlNewParserCtxt());
  MR_ASSERT(parser != nullptr);
  parser->sax->serror = nullptr;
  parser->sax->error = say_nothing;
  parser->sax->warning = say_nothing;
  const auto free_doc = [](xmlDoc* doc) { xmlFreeDoc(doc); };
  // No NOENT, no DTDLOAD, no DTDATTR; the gate has refused document types already.
  std::unique_ptr<xmlDoc, decltype(free_doc)> doc(
      xmlCtxtReadMemory(parser.get(), xml.data(), static_cast<int>(xml.size()), nullptr, "UTF-8",
                        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING),
      free_doc);
  if (doc == nullptr) {
    keep_first(&first, xmlCtxtGetLastError(parser.get()));
    return Fault(errc::malformed_xml, first);
  }
  std::unique_ptr<xmlSchemaValidCtxt, Freed<xmlSchemaFreeValidCtxt>> context(
      xmlSchemaNewValidCtxt(loaded_->schema.get()));
  MR_ASSERT(context != nullptr);
  xmlSchemaSetValidStructuredErrors(context.get(), keep_first, &first);
  if (xmlSchemaValidateDoc(context.get(), doc.get()) == 0) return {};
  return Fault(errc::schema_violation, first);
}

}  // namespace mr::schema
