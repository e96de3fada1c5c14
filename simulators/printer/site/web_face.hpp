// The embedded web page of many printers, on one port: plain, or over TLS with a certificate of each
// printer's own.
//
// Connections are held to limits in number and time (runtime::HttpServerLimits). A printer's pages and
// certificate are made when first asked for. threading: one executor.
#pragma once

#include <functional>
#include <memory>

#include "simulators/printer/site/connection_face.hpp"
#include "simulators/printer/web/web_pages.hpp"

namespace mr::printer {

// The pages of the printers of a site, shared by its faces: a session over one is a session over the other.
class SitePages {
 public:
  using Made = std::function<std::unique_ptr<WebPages>(std::size_t index)>;
  SitePages(std::size_t printers, Made make) : pages_(printers), make_(std::move(make)) {}
  WebPages& of(std::size_t index) {
    if (!pages_[index]) pages_[index] = make_(index);
    return *pages_[index];
  }

 private:
  std::vector<std::unique_ptr<WebPages>> pages_;
  Made make_;
};

class WebFace {
 public:
  // The printer's key and certificate; made once per printer. Empty: plain HTTP.
  using Certify = std::function<trust::Credentials(std::size_t index)>;

  // All are off. lifetime: `pages` outlives the face; else, and errors, as StreamFace::open.
  static Result<std::unique_ptr<WebFace>> open(runtime::Runtime& runtime,
                                               std::vector<runtime::Address> addresses, SitePages& pages,
                                               Certify certify, StreamFace::Options options);
  WebFace(const WebFace&) = delete;

  Result<void> switch_on(std::size_t index) { return face_->switch_on(index); }
  void switch_off(std::size_t index) { face_->switch_off(index); }
  const StreamFace& face() const { return face_->face(); }
  // The printer's certificate, made where it was not yet. requires: not plain HTTP.
  const trust::Certificate& certificate(std::size_t index);

 private:
  struct State;
  WebFace() = default;
  static runtime::asio::awaitable<void> serve(std::shared_ptr<State> state,
                                              std::shared_ptr<Connection> connection);
  std::shared_ptr<State> state_;
  std::unique_ptr<ConnectionFace> face_;
};

}  // namespace mr::printer
