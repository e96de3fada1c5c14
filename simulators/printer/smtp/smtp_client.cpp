#include "simulators/printer/smtp/smtp_client.hpp"

#include <algorithm>

namespace mr::printer {
namespace {

constexpr std::size_t reason_max = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string cleaned(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, reason_max))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out;
}

}  // namespace

bool is_mail_address(std::string_view address) {
  return !address.empty() && address.size() <= 254 &&
         std::ranges::all_of(address, [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>'; });
}

SmtpClient::SmtpClient(std::string host, Mail mail) : host_(std::move(host)), mail_(std::move(mail)) {
  MR_ASSERT(!mail_.recipients.empty() && is_mail_address(mail_.sender));
}

std::string SmtpClient::received(std::string_view octets) {
  std::string out;
  while (!octets.empty() && !over()) {
    const std::size_t end = octets.find('\n');
    const std::string_view part = octets.substr(0, end);
    if (came_.size() + part.size() > line_max) return out + finish(End::failed, 0, "a reply is too long");
    came_ += part;
    octets.remove_prefix(end == octets.npos ? octets.size() : end + 1);
    if (end == std::string_view::npos) break;
    std::string line = std::exchange(came_, {});
    if (line.ends_with('\r')) line.pop_back();
    const bool coded = line.size() >= 3 && is_digit(line[0]) && is_digit(line[1]) && is_digit(line[2]);
    if (!coded || (line.size() > 3 && line[3] != ' ' && line[3] != '-'))
      return out + finish(End::failed, 0, "not a reply: " + line);
    if (line.size() > 3 && line[3] == '-') {
      if (++lines_ > lines_max) return out + finish(End::failed, 0, "a reply has too many lines");
      continue;
    }
    lines_ = 0;
    out += reply((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'), line);
  }
  return out;
}

std::string SmtpClient::finish(End end, int code, std::string_view text) {
  end_ = end;
  if (end != End::sent) reason_ = cleaned(text);
  state_ = code == 0 || code == 421 ? State::over : State::quit;  // 421: it hangs up
  return state_ == State::over ? std::string() : "QUIT\r\n";
}

std::string SmtpClient::next_recipient() { return "RCPT TO:<" + mail_.recipients[at_] + ">\r\n"; }

std::string SmtpClient::reply(int code, std::string_view text) {
  const bool good = code >= 200 && code < 300;
  const End refusal = code >= 400 && code < 500 ? End::try_later : End::failed;
  switch (state_) {
    case State::greeting:
      if (code != 220) return finish(refusal, code, text);
      state_ = State::ehlo;
      return "EHLO " + host_ + "\r\n";
    case State::ehlo:
      if (!good && refusal == End::failed) {  // 500, 502: an old server
        state_ = State::helo;
        return "HELO " + host_ + "\r\n";
      }
      [[fallthrough]];
    case State::helo:
      if (!good) return finish(refusal, code, text);
      state_ = State::mail;
      return "MAIL FROM:<" + mail_.sender + ">\r\n";
    case State::mail:
      if (!good) return finish(refusal, code, text);
      state_ = State::recipient;
      return next_recipient();
    case State::recipient:
      if (code == 421) return finish(End::try_later, code, text);
      if (!good) {
        refused_.push_back(mail_.recipients[at_]);
        later_ = later_ || refusal == End::try_later;
        reason_ = cleaned(text);
      }
      if (++at_ < mail_.recipients.size()) return next_recipient();
      if (refused_.size() == mail_.recipients.size())
        return finish(later_ ? End::try_later : End::failed, code, std::string(reason_));
      state_ = State::data;
      return "DATA\r\n";
    case State::data:
      if (code != 354) return finish(refusal, code, text);
      state_ = State::content;
      return content();
    case State::content:
      return finish(good ? End::sent : refusal, code, text);
    case State::quit:
    case State::over:
      state_ = State::over;
      return {};
  }
  return {};
}

void SmtpClient::broke() {
  if (end_ == End::none) {
    end_ = End::try_later;
    reason_ = "the connection ended";
  }
  state_ = State::over;
}

// RFC 5321 section 4.5.2: a dot that begins a line is doubled; a dot alone ends it all.
std::string SmtpClient::content() const {
  std::string out;
  bool at_start = true;
  for (const char c : mail_.text) {
    if (at_start && c == '.') out += '.';
    out += c;
    at_start = c == '\n';
  }
  if (!at_start) out += "\r\n";
  return out + ".\r\n";
}

}  // namespace mr::printer
