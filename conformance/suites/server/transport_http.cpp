// Section transport, its HTTP part: framing, limits, paths, methods and media types.
#include <fmt/format.h>

#include <algorithm>

#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {
namespace {

using harness::fail;
using harness::pass;

const std::string schedule_body = get_schedule_xml();

// A schedule request whose header is written by the case: `lines` between the request line and the body.
std::string framed(const std::string& lines, const std::string& body) {
  return "POST /v1/schedule HTTP/1.1\r\n" + lines + "Content-Type: application/xml\r\n\r\n" + body;
}
std::string host(Session& s) { return "Host: " + s.target().server_name() + "\r\n"; }
std::string length(const std::string& body) { return fmt::format("Content-Length: {}\r\n", body.size()); }

// Ambiguous framing: 400, and the connection ends, so that nothing can hide behind the request.
Judgement refused_and_closed(Session& s, const Sender& me, const std::string& bytes) {
  auto connection = s.connect(s.tls(&me));
  if (!connection) return harness::blocked("no connection: " + to_string(connection.error()));
  const Reply reply = s.exchange(*connection, bytes);
  if (!reply.is(400))
    return fail("ambiguous framing is not refused", "400, and the connection closed", reply.told());
  if (!wire::ends(*connection, s.patience()))
    return fail("the connection stays open", "400, and the connection closed", "400, and an open connection");
  return pass();
}

Judgement no_host(Session& s, const Sender& me) {
  return refused_and_closed(s, me, framed(length(schedule_body), schedule_body));
}
Judgement two_hosts(Session& s, const Sender& me) {
  return refused_and_closed(s, me,
                            framed(host(s) + "Host: other.test\r\n" + length(schedule_body), schedule_body));
}
Judgement length_and_chunked(Session& s, const Sender& me) {
  return refused_and_closed(s, me,
                            framed(host(s) + length(schedule_body) + "Transfer-Encoding: chunked\r\n",
                                   wire::chunked(schedule_body, 100)));
}
Judgement two_lengths(Session& s, const Sender& me) {
  return refused_and_closed(s, me,
                            framed(host(s) + length(schedule_body) + "Content-Length: 3\r\n", schedule_body));
}
Judgement bad_length(Session& s, const Sender& me) {
  return refused_and_closed(
      s, me, framed(host(s) + fmt::format("Content-Length: +{}\r\n", schedule_body.size()), schedule_body));
}
Judgement chunked_not_last(Session& s, const Sender& me) {
  auto connection = s.connect(s.tls(&me));
  if (!connection) return harness::blocked("no connection: " + to_string(connection.error()));
  const Reply reply = s.exchange(*connection, framed(host(s) + "Transfer-Encoding: chunked, gzip\r\n",
                                                     wire::chunked(schedule_body, 100)));
  // RFC 9112 section 6.1 lets a server answer 501 to a coding that it does not know.
  if (!reply.is(400) && !reply.is(501))
    return fail("a body whose end nobody can tell is not refused", "400 or 501, and the connection closed",
                reply.told());
  return wire::ends(*connection, s.patience())
             ? pass()
             : fail("the connection stays open", "the connection closed", "an open connection");
}
Judgement bad_chunk(Session& s, const Sender& me) {
  return refused_and_closed(
      s, me, framed(host(s) + "Transfer-Encoding: chunked\r\n", "xyz\r\n" + schedule_body + "\r\n0\r\n\r\n"));
}

Judgement chunked_accepted(Session& s, const Sender& me) {
  return schedule(
      s.send_raw(framed(host(s) + "Transfer-Encoding: chunked\r\n", wire::chunked(schedule_body, 37)), &me));
}

Judgement reused(Session& s, const Sender& me) {
  auto connection = s.connect(s.tls(&me));
  if (!connection) return harness::blocked("no connection: " + to_string(connection.error()));
  const std::string request = framed(host(s) + length(schedule_body), schedule_body);
  for (int i = 0; i < 3; ++i) {
    if (auto found = schedule(s.exchange(*connection, request)); !found) return found;
  }
  return pass();
}

// A header of exactly `octets` (request line and final empty line included) in `fields` fields.
std::string padded(Session& s, std::size_t octets, std::size_t fields) {
  std::string head = "POST /v1/schedule HTTP/1.1\r\n" + host(s) + length(schedule_body) +
                     "Content-Type: application/xml\r\n";
  for (std::size_t i = 3; i < fields; ++i) head += fmt::format("X-{:03}: a\r\n", i);
  head.erase(head.size() - 2);
  if (head.size() + 4 < octets) head += std::string(octets - 4 - head.size(), 'a');
  return head + "\r\n\r\n" + schedule_body;
}
Judgement header_at_limit(Session& s, const Sender& me) {
  if (auto found = schedule(s.send_raw(padded(s, 16384, 10), &me)); !found) return found;
  return schedule(s.send_raw(padded(s, 0, 100), &me));
}
Judgement too_large_header(Session& s, const Sender& me, const std::string& bytes) {
  const Reply reply = s.send_raw(bytes, &me);
  return reply.is(431) ? pass() : fail("a header over the limit is not refused", "431", reply.told());
}
Judgement header_too_large(Session& s, const Sender& me) {
  return too_large_header(s, me, padded(s, 20000, 10));
}
Judgement too_many_fields(Session& s, const Sender& me) { return too_large_header(s, me, padded(s, 0, 101)); }

// The header alone tells of a body over the limit; none of it is sent.
Judgement announced(Session& s, const Sender* who, std::string_view path, std::string_view media,
                    std::size_t octets) {
  std::string head = fmt::format("POST {} HTTP/1.1\r\n{}Content-Type: {}\r\nContent-Length: {}\r\n", path,
                                 host(s), media, octets);
  if (path == path_reports)
    head += fmt::format("Idempotency-Key: {}\r\nContent-Fingerprint: sha-256={}\r\n", wire::random_uuid(),
                        wire::sha256_hex(""));
  return refused(s.send_raw(head + "\r\n", who), 413, {"body-too-large"});
}
Judgement registration_too_large(Session& s) {
  return announced(s, nullptr, path_registration, media_xml, 1'048'577);
}
Judgement schedule_too_large(Session& s, const Sender& me) {
  return announced(s, &me, path_schedule, media_xml, 1'048'577);
}
Judgement upload_too_large(Session& s, const Sender& me) {
  return announced(s, &me, path_reports, media_sealed, 67'108'865);
}
Judgement chunks_too_large(Session& s, const Sender& me) {
  const std::string body = wire::chunked(schedule_body + std::string(1'048'577, ' '), 65536);
  return refused(s.send_raw(framed(host(s) + "Transfer-Encoding: chunked\r\n", body), &me,
                            "POST /v1/schedule, chunked, more than 1,048,576 octets"),
                 413, {"body-too-large"});
}
Judgement body_at_limit(Session& s, const Sender& me) {
  const std::string body = schedule_body + std::string(1'048'576 - schedule_body.size(), ' ');
  return schedule(s.send_raw(framed(host(s) + length(body), body), &me,
                             "POST /v1/schedule with 1,048,576 octets of body"));
}
Judgement upload_at_limit(Session& s, const Sender& me) {
  // What comes is read, and found to be no envelope: not refused for its size.
  const std::string body(67'108'864, 'x');
  const wire::Request request =
      s.complete(s.upload_body(body, media_sealed, wire::random_uuid(), "sha-256=" + wire::sha256_hex("")));
  return refused(
      s.send_raw(bytes_of(request), &me, "POST /v1/reports with 67,108,864 octets that are no envelope"), 400,
      {"envelope-refused"});
}

Judgement body_unread(Session& s) {
  const std::string head =
      fmt::format("POST /v1/reports HTTP/1.1\r\n{}Content-Type: {}\r\nContent-Length: 60000000\r\n\r\n",
                  host(s), media_sealed);
  return refused(s.send_raw(head), 403, {"not-registered"});
}
Judgement without(Session& s, std::string_view method, std::string_view path) {
  wire::Request request = post(path, method == "GET" ? "" : media_xml, method == "GET" ? "" : schedule_body);
  request.method = method;
  return refused(s.ask(request), 403, {"not-registered"});
}
Judgement reports_without(Session& s) {
  return refused(
      s.ask(s.upload_body("PK", media_zip, wire::random_uuid(), "sha-256=" + wire::sha256_hex("PK"))), 403,
      {"not-registered"});
}
Judgement results_without(Session& s) {
  return refused(s.ask(post(path_results, media_xml, results_xml({"a-1"}))), 403, {"not-registered"});
}
Judgement others_without(Session& s) {
  for (const std::string_view path : {"/", "/v1/nothing", "/v1/alerts", "/admin", "/metrics"}) {
    if (auto found = without(s, "POST", path); !found) return found;
  }
  return pass();
}
Judgement registration_get_without(Session& s) { return without(s, "GET", path_registration); }

Judgement not_found(Session& s, const Sender& me) {
  for (const std::string_view path : {"/v1/nothing", "/v1/reports/", "/v2/reports", "/V1/reports"}) {
    if (auto found = refused(s.ask(post(path, media_xml, schedule_body), &me), 404, {"not-found"}); !found)
      return found;
  }
  return pass();
}
Judgement no_administration(Session& s, const Sender& me) {
  for (const std::string_view path :
       {"/", "/index.html", "/admin", "/admin/v1/accounts", "/metrics", "/status", "/login"}) {
    wire::Request request = post(path, "", "");
    request.method = "GET";
    if (auto found = refused(s.ask(request, &me), 404, {"not-found"}); !found) return found;
  }
  return pass();
}
Judgement methods(Session& s, const Sender& me) {
  for (const auto& [method, path] :
       {std::pair{"GET", path_reports}, std::pair{"PUT", path_schedule}, std::pair{"DELETE", path_results},
        std::pair{"GET", path_registration}}) {
    wire::Request request = post(path, "", "");
    request.method = method;
    const Reply reply = s.ask(request, &me);
    if (auto found = refused(reply, 405, {"method-not-allowed"}); !found) return found;
    const std::string allow = reply.got->field("Allow").value_or("");
    if (allow.find("POST") == std::string::npos)
      return fail("405 without the methods allowed", "Allow: POST", fmt::format("Allow: '{}'", allow));
  }
  return pass();
}
Judgement media_refused(Session& s, const Sender& me, std::string_view path, std::string_view media,
                        std::string body) {
  wire::Request request = post(path, media, std::move(body));
  if (path == path_reports) {
    request.fields.emplace_back("Idempotency-Key", wire::random_uuid());
    request.fields.emplace_back("Content-Fingerprint", "sha-256=" + wire::sha256_hex(request.body));
  }
  return refused(s.ask(request, path == path_registration ? nullptr : &me), 415, {"media-type"});
}
Judgement schedule_media(Session& s, const Sender& me) {
  return media_refused(s, me, path_schedule, "text/plain", schedule_body);
}
Judgement no_media(Session& s, const Sender& me) {
  return media_refused(s, me, path_schedule, "", schedule_body);
}
Judgement registration_media(Session& s, const Sender& me) {
  return media_refused(s, me, path_registration, "application/json", "{}");
}
Judgement upload_media(Session& s, const Sender& me) {
  return media_refused(s, me, path_reports, "application/octet-stream", "PK");
}
Judgement media_parameters(Session& s, const Sender& me) {
  return schedule(s.ask(post(path_schedule, "Application/XML; charset=\"utf-8\"", schedule_body), &me));
}

Judgement reserved(Session& s, const Sender& me) {
  const std::pair<std::string_view, std::string_view> paths[] = {{"/v1/alerts", "alerts"},
                                                                 {"/v1/uploads", "resumable-upload"}};
  bool any = false;
  for (const auto& [path, capability] : paths) {
    if (std::find(me.capabilities.begin(), me.capabilities.end(), capability) != me.capabilities.end())
      continue;
    any = true;
    if (auto found = refused(s.ask(post(path, media_xml, "<x/>"), &me), 501, {"not-implemented"}); !found)
      return found;
  }
  return any ? pass() : harness::skipped("every reserved part is offered");
}
Judgement renewal(Session& s, const Sender& me) {
  const Reply reply = s.ask(post("/.well-known/est/simpleenroll", "application/pkcs10", "x"), &me);
  if (reply.is(501) || (reply.got && reply.got->status < 500 && reply.got->status != 404)) return pass();
  return {report::Verdict::warn,
          "renewal is neither offered nor answered 501",
          {"501 not-implemented"},
          {reply.told()}};
}

Judgement slow_header(Session& s, const Sender& me) {
  auto connection = s.connect(s.tls(&me));
  if (!connection) return harness::blocked("no connection: " + to_string(connection.error()));
  const auto began = wire::ticks();
  if (auto sent = connection->send("POST /v1/schedule HTTP/1.1\r\nHost: ", s.patience()); !sent)
    return fail("no connection", "a connection", to_string(sent.error()));
  const auto deadline = wire::Deadline::in(std::chrono::seconds(25));
  std::string early;
  const auto reply = wire::read_response(*connection, early, deadline);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(wire::ticks() - began).count();
  const std::string seen =
      fmt::format("{} after {} ms", reply ? std::to_string(reply->status) : to_string(reply.error()), took);
  s.stage().note(seen);
  if (!reply && reply.error().end == wire::End::timed_out)
    return fail("a header that never ends holds the connection", "408 or the end, after 15 s", seen);
  if (reply && reply->status != 408) return fail("another answer", "408 or the end, after 15 s", seen);
  return took >= 13000 ? pass() : fail("dropped too early", "408 or the end, after 15 s", seen);
}

}  // namespace

std::vector<Entry> http_cases() {
  return {
      //= HTTP-HOST type=test
      {"transport/host-missing",
       "A request without Host is answered 400, and the connection ends",
       {"HTTP-HOST"},
       nullptr,
       no_host,
       true},
      {"transport/host-twice",
       "A request with two Host fields is answered 400, and the connection ends",
       {"HTTP-HOST"},
       nullptr,
       two_hosts,
       true},
      {"transport/length-and-chunked",
       "Content-Length beside chunked is answered 400, and the connection ends",
       {"HTTP-HOST"},
       nullptr,
       length_and_chunked,
       true},
      {"transport/length-twice",
       "Two different Content-Lengths are answered 400, and the connection ends",
       {"HTTP-HOST"},
       nullptr,
       two_lengths,
       true},
      {"transport/length-malformed",
       "A Content-Length with a sign is answered 400, and the connection ends",
       {"HTTP-HOST"},
       nullptr,
       bad_length,
       true},
      {"transport/chunked-not-last",
       "A transfer coding behind chunked is refused, and the connection ends",
       {"HTTP-HOST"},
       nullptr,
       chunked_not_last,
       true},
      {"transport/chunk-malformed",
       "A chunk size that is no number is answered 400, and the connection ends",
       {"HTTP-HOST"},
       nullptr,
       bad_chunk,
       true},
      {"transport/chunked-accepted",
       "A body in chunks is accepted",
       {"HTTP-HOST"},
       nullptr,
       chunked_accepted},
      //= HTTP-REUSE type=test
      {"transport/connection-reused",
       "Three requests go over one connection",
       {"HTTP-REUSE"},
       nullptr,
       reused},
      //= HTTP-HEADER-LIMIT type=test
      {"transport/header-at-limit",
       "A header of 16,384 octets, and one of 100 fields, is accepted",
       {"HTTP-HEADER-LIMIT"},
       nullptr,
       header_at_limit},
      {"transport/header-too-large",
       "A header of 20,000 octets is answered 431",
       {"HTTP-HEADER-LIMIT"},
       nullptr,
       header_too_large,
       true},
      {"transport/header-too-many-fields",
       "A header of 101 fields is answered 431",
       {"HTTP-HEADER-LIMIT"},
       nullptr,
       too_many_fields,
       true},
      //= HTTP-BODY-LIMIT type=test
      {"transport/body-too-large-registration",
       "A registration of more than 1 MiB is answered 413 from its header alone",
       {"HTTP-BODY-LIMIT"},
       registration_too_large,
       nullptr,
       true},
      {"transport/body-too-large-schedule",
       "A schedule request of more than 1 MiB is answered 413 from its header alone",
       {"HTTP-BODY-LIMIT"},
       nullptr,
       schedule_too_large,
       true},
      {"transport/body-too-large-upload",
       "An upload of more than 64 MiB is answered 413 from its header alone",
       {"HTTP-BODY-LIMIT"},
       nullptr,
       upload_too_large,
       true},
      {"transport/body-too-large-chunked",
       "A chunked body of more than 1 MiB is answered 413",
       {"HTTP-BODY-LIMIT"},
       nullptr,
       chunks_too_large,
       true},
      {"transport/body-at-limit",
       "A schedule request of exactly 1 MiB is accepted",
       {"HTTP-BODY-LIMIT"},
       nullptr,
       body_at_limit},
      {"transport/upload-at-limit",
       "An upload of exactly 64 MiB is read",
       {"HTTP-BODY-LIMIT"},
       nullptr,
       upload_at_limit},
      //= REG-ONLY-WITHOUT-CERT type=test
      {"transport/body-unread-without-certificate",
       "Without a certificate an upload is answered before its body is sent",
       {"REG-CERT-REQUIRED"},
       body_unread,
       nullptr,
       true},
      {"transport/reports-without-certificate",
       "Without a certificate an upload is answered 403 not-registered",
       {"REG-CERT-REQUIRED", "REG-ONLY-WITHOUT-CERT"},
       reports_without,
       nullptr,
       true},
      {"transport/results-without-certificate",
       "Without a certificate results are answered 403 not-registered",
       {"REG-CERT-REQUIRED", "REG-ONLY-WITHOUT-CERT"},
       results_without,
       nullptr,
       true},
      {"transport/others-without-certificate",
       "Without a certificate unknown and reserved paths are answered 403 not-registered",
       {"REG-CERT-REQUIRED", "REG-ONLY-WITHOUT-CERT"},
       others_without,
       nullptr,
       true},
      {"transport/registration-get-without-certificate",
       "Without a certificate another method on the registration is answered 403 not-registered",
       {"REG-CERT-REQUIRED", "REG-ONLY-WITHOUT-CERT"},
       registration_get_without,
       nullptr,
       true},
      //= HTTP-NOT-FOUND type=test
      {"transport/not-found",
       "A path that is not in the table is answered 404 not-found",
       {"HTTP-NOT-FOUND"},
       nullptr,
       not_found,
       true},
      //= TLS-ONLY-SERVICE type=test
      {"transport/no-administration",
       "The service port serves no administration",
       {"TLS-ONLY-SERVICE"},
       nullptr,
       no_administration,
       true},
      //= HTTP-METHOD type=test
      {"transport/method",
       "Another method is answered 405 with Allow",
       {"HTTP-METHOD"},
       nullptr,
       methods,
       true},
      //= HTTP-MEDIA type=test
      {"transport/media-schedule",
       "A schedule request of another media type is answered 415",
       {"HTTP-MEDIA"},
       nullptr,
       schedule_media,
       true},
      {"transport/media-missing",
       "A body without a media type is answered 415",
       {"HTTP-MEDIA"},
       nullptr,
       no_media,
       true},
      {"transport/media-registration",
       "A registration of another media type is answered 415",
       {"HTTP-MEDIA"},
       nullptr,
       registration_media,
       true},
      {"transport/media-upload",
       "An upload of another media type is answered 415",
       {"HTTP-MEDIA"},
       nullptr,
       upload_media,
       true},
      {"transport/media-parameters",
       "Case and parameters of a media type do not matter",
       {"HTTP-MEDIA"},
       nullptr,
       media_parameters},
      //= HTTP-RESERVED type=test
      //= ALR-RESERVED type=test
      {"transport/reserved",
       "Reserved paths are answered 501 not-implemented",
       {"HTTP-RESERVED"},
       nullptr,
       reserved,
       true},
      //= REG-RENEW type=test
      {"transport/renewal", "A server without renewal answers 501", {"REG-RENEW"}, nullptr, renewal},
      //= HTTP-SLOW type=test
      {"transport/slow-header",
       "A header that never ends is dropped after 15 s",
       {"HTTP-SLOW"},
       nullptr,
       slow_header,
       true,
       {},
       true},
  };
}

}  // namespace mr::suites::server
