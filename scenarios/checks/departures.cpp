#include "scenarios/checks/departures.hpp"

#include "reference/protocol/package/package.hpp"

namespace mr::scenarios {
namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_media(std::string_view field, std::string_view media) {
  return field.substr(0, field.find(';')) == media;
}

}  // namespace

void Departures::observe(const Observed& observed) {
  const Connection& connection = observed.connection;
  if (!connection.leaves_site) return;
  if (observed.what == Observed::What::closed) {
    const auto found = flows_.find(connection.number);
    if (found == flows_.end()) return;
    if (found->second.reader) found->second.reader->finish();
    flows_.erase(connection.number);
    return;
  }
  if (observed.what != Observed::What::sent) return;
  Flow& flow = flows_[connection.number];
  if (!flow.reader) {
    flow.site = connection.site;
    flow.host = connection.host;
    flow.target = to_string(connection.remote);
    // A client's requests, or the answers of one that is spoken to.
    const auto side = connection.client ? HttpReader::Side::requests : HttpReader::Side::responses;
    flow.reader =
        std::make_unique<HttpReader>(side, [this, &flow](const HttpMessage& whole) { message(flow, whole); });
  }
  if (!flow.is_http) return raw(flow, observed.at, as_text(observed.bytes));
  flow.reader->feed(observed.bytes, observed.at);
  if (!flow.reader->broken()) return;
  flow.is_http = false;
  raw(flow, observed.at, flow.reader->unread());
}

void Departures::observe(const ObservedDatagram& datagram) {
  if (!datagram.leaves_site) return;
  const std::string where = "a datagram to " + to_string(datagram.to);
  sink_.piece({datagram.at, datagram.site, datagram.host, {}, {}, where, as_text(datagram.bytes)});
}

void Departures::finish() {
  for (auto& [number, flow] : flows_) {
    if (flow.reader) flow.reader->finish();
  }
  flows_.clear();
}

void Departures::raw(Flow& flow, runtime::Instant at, std::string_view bytes) {
  constexpr std::size_t kept = 512;
  flow.raw += bytes;
  const std::string where = "a connection to " + flow.target;
  sink_.piece({at, flow.site, flow.host, {}, {}, where, flow.raw});
  if (flow.raw.size() > kept) flow.raw.erase(0, flow.raw.size() - kept);
}

void Departures::message(const Flow& flow, const HttpMessage& message) {
  const bool http = !message.method.empty() || message.status != 0;
  const std::string start = !message.method.empty()
                                ? message.method + " " + message.target.substr(0, message.target.find('?'))
                            : http ? "an answer " + std::to_string(message.status)
                                   : "a connection to " + flow.target;
  const std::string head = start + (http ? ": its header" : "");
  Piece piece{message.began, flow.site, flow.host, message.method, message.target, head, message.head, true};
  sink_.piece(piece);
  piece.head = false;
  if (message.body.empty()) return;
  const std::string body = start + (message.whole ? ": its body" : ": its body, cut short");
  piece.where = body;
  piece.content = message.body;
  const std::string_view media = message.field("Content-Type");
  if (is_media(media, "application/pkcs7-mime") && message.whole) {
    if (!setting_.open_envelope) return sink_.closed(piece, "there is no key");
    const auto opened = setting_.open_envelope(std::as_bytes(std::span(message.body)));
    if (!opened) return sink_.closed(piece, to_string(opened.error()));
    return package(piece, as_text(*opened));
  }
  if (is_media(media, "application/zip") && message.whole) return package(piece, message.body);
  // A cut envelope is ciphertext; whatever else comes is looked at as it is.
  if (!is_media(media, "application/pkcs7-mime")) sink_.piece(piece);
}

void Departures::package(Piece piece, std::string_view content) {
  const auto entries = package::unpack(std::as_bytes(std::span(content)));
  if (!entries) {
    sink_.closed(piece, to_string(entries.error()));
    piece.content = content;
    return sink_.piece(piece);
  }
  const std::string start(piece.where.substr(0, piece.where.find(": ")));
  std::size_t reports = 0;
  for (const package::Entry& entry : *entries) {
    const std::string where = start + ": " + entry.name, name = entry.name + "\n" + entry.content;
    reports += entry.name.starts_with("reports/") ? 1 : 0;
    piece.where = where;
    piece.content = name;
    sink_.piece(piece);
  }
  sink_.package(piece, reports);
}

}  // namespace mr::scenarios
