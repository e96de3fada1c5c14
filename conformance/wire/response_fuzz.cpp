#include <cstdint>
#include <cstdlib>
#include <vector>

#include "conformance/wire/http.hpp"
#include "conformance/wire/xml.hpp"

// The first octet says where the rest is cut: any cut must give the same. What is a body goes through the XML
// reader too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace mr::wire;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(bytes + 1), size - 1);
  const std::size_t cut = rest.empty() ? 0 : bytes[0] % (rest.size() + 1);
  ResponseReader whole, parts;
  const auto a = whole.feed(rest);
  auto b = parts.feed(rest.substr(0, cut));
  if (b && !*b) b = parts.feed(rest.substr(cut));
  // A cut one may be whole before the rest is looked at.
  if (a.has_value() != b.has_value() || (a && *a != *b)) std::abort();
  if (a && *a && whole.response().body != parts.response().body) std::abort();
  if (a && *a) static_cast<void>(read_xml(whole.response().body));
  static_cast<void>(read_xml(rest));
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  static const char* const seeds[] = {
      "\x05HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 4\r\n\r\n<a/>",
      "\x20HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n4;e\r\n<a/>\r\n0\r\nT: u\r\n\r\n",
      "\x30HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404 Not Found\r\n\r\n<html>",
      "\x01<?xml version=\"1.0\"?><a xmlns=\"urn:a\" xmlns:b=\"urn:b\" b:c=\"d\"><b:e><!-- f "
      "--><![CDATA[g]]>&#104;</b:e></a>",
  };
  if (n >= 4) return false;
  const std::string_view text(seeds[n]);
  out.assign(text.begin(), text.end());
  return true;
}
