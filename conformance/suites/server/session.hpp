// The protocol's client side as the server suite speaks it, and the judgements that most cases end in.
// Everything that is asked and answered goes into the evidence of the case.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/wire/crypto.hpp"
#include "conformance/wire/http.hpp"
#include "conformance/wire/xml.hpp"
#include "conformance/wire/zip.hpp"

namespace mr::suites::server {

using harness::Judgement;

inline constexpr std::string_view media_xml = "application/xml";
inline constexpr std::string_view media_zip = "application/zip";
inline constexpr std::string_view media_sealed = "application/pkcs7-mime; smime-type=authEnveloped-data";
inline constexpr std::string_view path_registration = "/v1/registration";
inline constexpr std::string_view path_reports = "/v1/reports";
inline constexpr std::string_view path_schedule = "/v1/schedule";
inline constexpr std::string_view path_results = "/v1/action-results";

// A registered agent.
struct Sender {
  wire::KeyPair key;
  std::string registration_key, form;  // what it registered with
  std::string id, account, certificate_pem, envelope_pem;
  std::vector<std::string> capabilities;
  std::string answer;  // the body of the 201
};

// Who takes part: `first` and `second` are of one account, `stranger` of another.
enum class Who { first, second, stranger };

// What lasts over the cases of a run.
struct Cast {
  std::optional<Sender> senders[3];
  std::optional<std::string> spare_key;  // an unused registration key that refused registrations share
  std::string run = wire::random_uuid().substr(0, 8);  // makes serial numbers this run's own
  int serials = 0;
};

// The elements of a RegisterForManagement; what is nullopt is left out.
struct Form {
  std::optional<std::string> kind = "agent", key, location = "Suite, room 1", email = "suite@example.test",
                             host = "suite", product = "makeready-suite", version = "1", csr;
  std::string before, after;  // mark-up in front of the first and behind the last element
  std::string inner() const;
  std::string xml() const { return wire::document("RegisterForManagement", inner()); }
};

struct ReportWish {
  std::string id = wire::random_uuid();
  std::string serial, manufacturer = "Suite Example Inc";
  std::string extra;            // mark-up behind Identity
  std::int64_t read_ahead = 0;  // seconds between now and ReadTime
};
std::string report_xml(const ReportWish& wish);
std::string entry_name(const std::string& report_id);  // reports/<id>.xml

struct Listed {
  std::string name, report_id;
};
std::string manifest_xml(const std::string& sender_id, const std::string& package_id,
                         const std::vector<Listed>& listed, std::string_view extra = {});

// A whole package of these reports, ready to be zipped or bent.
struct Package {
  std::string id = wire::random_uuid();
  std::vector<Listed> listed;
  std::vector<wire::ZipEntry> entries;  // manifest.xml first
};
Package package_of(const std::string& sender_id, const std::vector<ReportWish>& reports);

std::string get_schedule_xml();
std::string results_xml(const std::vector<std::string>& action_ids, std::string_view outcome = "performed");
wire::Request post(std::string_view path, std::string_view media, std::string body);

struct Reply {
  wire::Result<wire::Response> got;
  bool is(unsigned status) const { return got && got->status == status; }
  std::string told() const;  // "403 not-registered", "alert unknown_ca (48)"
  std::string code() const;  // of an Error; empty where there is none
};

class Session {
 public:
  Session(harness::Stage& stage, Cast& cast) : stage_(stage), cast_(cast) {}

  harness::Stage& stage() { return stage_; }
  harness::Target& target() { return stage_.target(); }
  wire::Deadline patience() const { return stage_.patience(); }

  // TLS as a good sender speaks it; with the certificate of `who` where there is one.
  wire::TlsOptions tls(const Sender* who = nullptr);
  // A secured connection. The handshake is in the evidence.
  wire::Result<wire::Connection> connect(const wire::TlsOptions& options, wire::Handshake* shown = nullptr);

  // One request on a connection of its own. Host and framing are added to requests made by post(); send_raw
  // adds nothing.
  Reply ask(const wire::Request& request, const Sender* who = nullptr);
  Reply ask(const wire::Request& request, const wire::TlsOptions& options);
  Reply send_raw(std::string_view bytes, const Sender* who = nullptr, std::string_view described = {});
  // The same on an open connection.
  Reply exchange(wire::Connection& connection, std::string_view bytes, std::string_view described = {});

  // Fields that every request needs: Host, Content-Type, Content-Length.
  wire::Request complete(wire::Request request);

  // A registration key that is used by nobody. Nothing and the reason in `why` where the target gives none.
  std::optional<std::string> fresh_key(Judgement& why, harness::Control which = harness::Control::key);
  // One that refused registrations share.
  std::optional<std::string> spare_key(Judgement& why);
  void forget_spare_key() { cast_.spare_key.reset(); }

  // Registers an agent and reads the answer. `why` is a failure of the target where it answers otherwise.
  std::optional<Sender> register_agent(Judgement& why, harness::Control which,
                                       std::vector<unsigned> statuses);
  // The same for cases that judge something else: 200 will do, the certificate must open the service, and
  // where not, `why` is blocked (or skip, where the target gives no key).
  std::optional<Sender> enrol(Judgement& why, harness::Control which = harness::Control::key);
  // The sender of that part, registered at the first use. Null, with a `why` of blocked or skip, where that
  // fails.
  const Sender* sender(Who who, Judgement& why);

  std::string new_serial();
  // A package sealed for the server, as POST /v1/reports.
  wire::Request upload(const Sender& who, const std::string& zip, const std::string& key);
  wire::Request upload_body(const std::string& body, std::string_view media, const std::string& key,
                            const std::string& fingerprint);

 private:
  harness::Stage& stage_;
  Cast& cast_;
};

// Judgements. Each passes or says what was expected and what was seen.

// A refusal: this status, and an Error as ERR-BODY demands with one of these codes.
Judgement refused(const Reply& reply, unsigned status, std::vector<std::string_view> codes);
// The Error alone: media type, shape, a code of the table that fits the status.
Judgement error_body(const wire::Response& response);
// One of these statuses with a document of this shape.
Judgement answered(const Reply& reply, std::vector<unsigned> statuses, std::string_view root,
                   const std::vector<wire::Part>& parts, wire::Element* read = nullptr);
Judgement registered(const Reply& reply, std::vector<unsigned> statuses, wire::Element* read = nullptr);
Judgement receipt(const Reply& reply, std::vector<unsigned> statuses, wire::Element* read = nullptr);
Judgement schedule(const Reply& reply, wire::Element* read = nullptr);
Judgement acknowledged(const Reply& reply, wire::Element* read = nullptr);

}  // namespace mr::suites::server
