#include "reference/protocol/exchange/software.hpp"

#include <algorithm>
#include <charconv>

namespace mr::exchange {

std::optional<ContentRange> parse_content_range(std::string_view text) {
  // RFC 9110 section 14.4: range-unit, first-last, complete length. Nothing but decimal digits counts as a
  // number.
  if (text.size() < 6) return std::nullopt;
  const std::string unit(text.substr(0, 6));
  if (!std::equal(unit.begin(), unit.end(), "bytes ",
                  [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; })) {
    return std::nullopt;
  }
  const char* at = text.data() + 6;
  const char* const end = text.data() + text.size();
  const auto number = [&](std::uint64_t& value, char after) {
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc()) return false;
    at = next;
    if (after == 0) return at == end;
    return at != end && *at++ == after;
  };
  ContentRange range;
  if (!number(range.first, '-') || !number(range.last, '/') || !number(range.size, 0)) return std::nullopt;
  if (range.first > range.last || range.last >= range.size) return std::nullopt;
  return range;
}

bool is_strong_etag(std::string_view text) {
  if (text.size() < 2 || text.size() > 256 || text.front() != '"' || text.back() != '"') return false;
  return std::ranges::all_of(text.substr(1, text.size() - 2), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet == 0x21 || (octet >= 0x23 && octet <= 0x7e) || octet >= 0x80;
  });
}

SoftwareFetch::SoftwareFetch(Options options) : options_(std::move(options)) {
  MR_ASSERT(options_.size > 0);
  MR_ASSERT(options_.offset <= options_.size);
  MR_ASSERT(options_.range_bytes > 0);
  MR_ASSERT(options_.offset == 0 || !options_.etag.empty());
}

//= SW-RANGE
SoftwareFetch::Action SoftwareFetch::next() {
  if (options_.offset == options_.size) return Fetched{options_.etag};
  const std::uint64_t last =
      std::min(options_.size - options_.offset, options_.range_bytes) + options_.offset - 1;
  HttpRequest request;
  request.method = "GET";
  request.target = "/v1/software/" + options_.software_id;
  request.headers = {{"Accept", "application/octet-stream"},
                     {"Range", "bytes=" + std::to_string(options_.offset) + "-" + std::to_string(last)}};
  //= SW-IF-RANGE
  if (!options_.etag.empty()) request.headers.emplace_back("If-Range", options_.etag);
  return Send{std::move(request)};
}

SoftwareFetch::Action SoftwareFetch::pause(std::uint64_t chance, std::string why,
                                           std::optional<std::chrono::seconds> after) {
  if (backoff_.failures() >= options_.failures_max) return Refused{0, "unavailable", std::move(why)};
  return Pause{backoff_.next(chance, after), std::move(why)};
}

SoftwareFetch::Action SoftwareFetch::anew(std::string why) {
  if (restarts_++ >= options_.restarts_max) return Refused{0, "unstable", std::move(why)};
  options_.offset = 0;
  options_.etag.clear();
  taken_ = 0;
  return Restart{std::move(why)};
}

SoftwareFetch::Action SoftwareFetch::resume(Event event) {
  if (auto* failed = std::get_if<Failed>(&event)) return pause(failed->chance, to_string(failed->fault));
  if (auto* too_large = std::get_if<TooLarge>(&event)) {
    // With If-Range it is the whole of a file that changed; without, a server that does not do ranges.
    if (!options_.etag.empty()) return anew("the file changed");
    return pause(too_large->chance, "the answer is larger than the range asked for");
  }
  if (std::holds_alternative<Kept>(event)) {
    options_.offset += std::exchange(taken_, 0);
    return next();
  }
  if (auto* response = std::get_if<Arrived>(&event)) return arrived(std::move(*response));
  return next();
}

SoftwareFetch::Action SoftwareFetch::arrived(Arrived event) {
  HttpResponse& response = event.response;
  if (response.status == 206) return partial(response, event.chance);
  if (response.status == 200) return whole(response, event.chance);
  if (response.status == 416) {
    return WrongSize{"the server's file is shorter than " + std::to_string(options_.size) + " octets"};
  }
  if (worth_another_try(response.status)) {
    const Refused why = refusal(response);
    return pause(event.chance, why.code + ": " + why.detail, retry_after(response));
  }
  return refusal(response);
}

SoftwareFetch::Action SoftwareFetch::partial(HttpResponse& response, std::uint64_t chance) {
  const std::uint64_t last =
      std::min(options_.size - options_.offset, options_.range_bytes) + options_.offset - 1;
  const auto range = parse_content_range(find(response.headers, "Content-Range").value_or(""));
  const std::string etag = find(response.headers, "ETag").value_or("");
  if (!range) return pause(chance, "206 without a Content-Range that can be read");
  if (!is_strong_etag(etag)) return pause(chance, "206 without a strong ETag");
  if (!options_.etag.empty() && etag != options_.etag) return anew("the ETag changed");
  if (range->size != options_.size) {
    return WrongSize{"the server's file has " + std::to_string(range->size) + " octets, expected " +
                     std::to_string(options_.size)};
  }
  // A server may give less than was asked for (RFC 9110 section 15.3.7), never something else.
  if (range->first != options_.offset || range->last > last)
    return pause(chance, "206 of another range than was asked for");
  if (response.body.size() != range->last - range->first + 1)
    return pause(chance, "206 whose body is not its range");
  backoff_.succeeded();
  options_.etag = etag;
  taken_ = response.body.size();
  return Part{options_.offset, std::move(response.body), etag};
}

// A server that ignores Range, or whose file is another than that of If-Range (RFC 9110 section 13.1.5).
SoftwareFetch::Action SoftwareFetch::whole(HttpResponse& response, std::uint64_t chance) {
  const std::string etag = find(response.headers, "ETag").value_or("");
  if (!is_strong_etag(etag)) return pause(chance, "200 without a strong ETag");
  if (!options_.etag.empty()) return anew("the file changed");
  if (response.body.size() != options_.size) {
    return WrongSize{"the server's file has " + std::to_string(response.body.size()) + " octets, expected " +
                     std::to_string(options_.size)};
  }
  MR_ASSERT(options_.offset == 0);
  backoff_.succeeded();
  options_.etag = etag;
  taken_ = response.body.size();
  return Part{0, std::move(response.body), etag};
}

}  // namespace mr::exchange
