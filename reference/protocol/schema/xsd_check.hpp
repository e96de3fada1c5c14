// Validation against the published XSDs with libxml2: the second opinion on a document. The codec is the
// first; tests hold that both take and refuse the same documents, and a server may ask for it on what it
// receives.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "reference/protocol/schema/gate.hpp"

namespace mr::schema {

class XsdCheck {
 public:
  // Loads `remote_services.xsd` and what it includes from a directory of the file system; nothing is ever
  // fetched.
  //   errors: errc::schema_violation where a file is missing or not a schema, with the first message of the
  //   validator.
  static Result<XsdCheck> load(const std::string& directory);
  XsdCheck(XsdCheck&&) noexcept;
  XsdCheck& operator=(XsdCheck&&) noexcept;
  ~XsdCheck();

  // Passes the gate, then validates. No entity is expanded and no file or address in the document is
  // followed.
  //   errors: those of the gate, and errc::schema_violation with the validator's first message.
  //   threading: one call at a time per instance.
  //   cost: about 6 ms for 200 kB.
  Result<void> validate(std::string_view xml, const GateLimits& limits = {}) const;

 private:
  struct Loaded;
  explicit XsdCheck(std::unique_ptr<Loaded> loaded);
  std::unique_ptr<Loaded> loaded_;
};

}  // namespace mr::schema
