// Servers that say or hear one thing otherwise: what a TLS connection carries is changed between the
// reference and its peer.
#include <utility>

#include "simulators/rogue/rogue_network.hpp"
#include "simulators/rogue/servers.hpp"

namespace mr::rogue {
namespace {

// What leaves as `from` leaves as `to` instead, once per write.
std::unique_ptr<runtime::Runtime> saying(runtime::Runtime& host, std::string from, std::string to) {
  MR_ASSERT(from.size() == to.size());  // Content-Length stays true
  Tampering tampering;
  tampering.outgoing = [from = std::move(from), to = std::move(to)](std::string& octets) {
    const std::size_t at = octets.find(from);
    if (at != std::string::npos) octets.replace(at, from.size(), to);
  };
  return with_tampered_servers(host, std::move(tampering));
}

std::unique_ptr<runtime::Runtime> answering(runtime::Runtime& host, unsigned from, unsigned to) {
  const std::string version = "HTTP/1.1 ";
  return saying(host, version + std::to_string(from), version + std::to_string(to));
}

// A document type declaration becomes blanks, with its internal subset.
void overlook_doctype(std::span<char> octets) {
  const std::size_t from = std::string_view(octets.data(), octets.size()).find("<!DOCTYPE");
  int depth = 0;
  for (std::size_t at = from; at < octets.size(); ++at) {
    const char c = std::exchange(octets[at], ' ');
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if (c == '>' && depth == 0) return;
  }
}

}  // namespace

std::span<const RogueServer> http_rogues() {
  static const RogueServer rogues[] = {
      {.name = "admits-doctype",
       .requirement = "XML-DOCTYPE",
       .sentence = "reads on behind a DOCTYPE",
       .host =
           [](runtime::Runtime& host) {
             return with_tampered_servers(host, {.incoming = overlook_doctype});
           }},
      {.name = "answers-conflict-as-bad-request",
       .requirement = "REG-CONFLICT",
       .sentence = "answers 400 where 409 is due",
       .host = [](runtime::Runtime& host) { return answering(host, 409, 400); }},
      {.name = "answers-not-found-as-ok",
       .requirement = "HTTP-NOT-FOUND",
       .sentence = "answers 200 with an Error in the body where 404 is due",
       .host = [](runtime::Runtime& host) { return answering(host, 404, 200); }},
      {.name = "answers-too-large-as-bad-request",
       .requirement = "HTTP-BODY-LIMIT",
       .sentence = "answers 400 where 413 is due",
       .host = [](runtime::Runtime& host) { return answering(host, 413, 400); }},
      {.name = "miscalls-envelopes",
       .requirement = "UPL-ENVELOPE-BAD",
       .sentence = "refuses an envelope with the code of a schema violation",
       .host =
           [](runtime::Runtime& host) {
             return saying(host, "<Code>envelope-refused<", "<Code>schema-violation<");
           }},
      {.name = "omits-allow",
       .requirement = "HTTP-METHOD",
       .sentence = "answers 405 without telling which method is allowed",
       .host = [](runtime::Runtime& host) { return saying(host, "Allow: ", "Other: "); }},
      {.name = "omits-etag",
       .requirement = "SW-ETAG",
       .sentence = "serves software without an ETag",
       .host = [](runtime::Runtime& host) { return saying(host, "ETag: ", "Also: "); }},
  };
  return rogues;
}

}  // namespace mr::rogue
