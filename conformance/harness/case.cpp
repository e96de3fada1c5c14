#include "conformance/harness/case.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mr::harness {

using report::Verdict;

Judgement pass() { return {}; }
Judgement fail(std::string message, std::string expected, std::string actual) {
  return {Verdict::fail, std::move(message), {std::move(expected)}, {std::move(actual)}};
}
Judgement blocked(std::string why) { return {Verdict::blocked, std::move(why), {}, {}}; }
Judgement skipped(std::string why) { return {Verdict::skip, std::move(why), {}, {}}; }
Judgement trouble(std::string why) { return {Verdict::trouble, std::move(why), {}, {}}; }

Judgement trouble(const Trouble& why) { return why.absent ? skipped(why.what) : trouble(why.what); }

std::string masked(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 8)) {
      text.replace(at, secret.size(), "<secret>");
    }
  }
  return text;
}

void Stage::note(std::string_view line) {
  const double ms = static_cast<double>((wire::ticks() - began_).count()) / 1e6;
  lines_.push_back(fmt::format("{:9.1f} ms {}", ms, line));
}

void Stage::hide(std::string secret) { secrets_.push_back(std::move(secret)); }

void Stage::begin() {
  began_ = wire::ticks();
  lines_.clear();
  secrets_.clear();
}

std::vector<std::string> Stage::take_evidence() {
  std::vector<std::string> secrets = secrets_;
  secrets.insert(secrets.end(), target_.secrets().begin(), target_.secrets().end());
  std::sort(secrets.begin(), secrets.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  std::vector<std::string> out;
  for (std::string& line : lines_) out.push_back(masked(std::move(line), secrets));
  lines_.clear();
  return out;
}

}  // namespace mr::harness
