// The sending side of one SMTP session (RFC 5321): one message to some recipients. Sans-I/O.
//
// EHLO, or HELO where that is not known; MAIL, RCPT for each recipient, DATA with dots stuffed, QUIT. One
// command at a time. No TLS and no authentication: a printer hands its mail to a server of its own network.
// Replies are bounded in length and number.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/result/result.hpp"

namespace mr::printer {

struct Mail {
  std::string sender;  // "printer@example.com"
  std::vector<std::string> recipients;
  std::string text;  // header and body (RFC 5322), lines ended by CRLF
};

// Whether an address can stand between <> in a command: not empty, printable ASCII without <> and blanks.
bool is_mail_address(std::string_view address);

class SmtpClient {
 public:
  enum class End : std::uint8_t { none, sent, try_later, failed };
  static constexpr std::size_t line_max = 2048, lines_max = 100;  // of a reply

  // `host`: our name for EHLO. requires: sender and recipients are addresses, at least one recipient.
  SmtpClient(std::string host, Mail mail);

  // What to send for what came; empty: more is to come. After the end: QUIT, or nothing.
  std::string received(std::string_view octets);
  // The connection ended, or nothing came in time.
  void broke();

  // none until the message was taken (even if the session ends badly after that) or refused.
  End end() const { return end_; }
  bool over() const { return state_ == State::over; }    // the connection is to be closed
  const std::string& reason() const { return reason_; }  // of an end that is not sent: the reply, cleaned
  const std::vector<std::string>& refused() const { return refused_; }  // recipients, where others were taken

 private:
  enum class State { greeting, ehlo, helo, mail, recipient, data, content, quit, over };
  std::string reply(int code, std::string_view text);
  std::string finish(End end, int code, std::string_view text);
  std::string next_recipient();
  std::string content() const;

  std::string host_;
  Mail mail_;
  State state_ = State::greeting;
  End end_ = End::none;
  std::string came_;
  std::size_t lines_ = 0, at_ = 0;
  bool later_ = false;  // of the refusals of recipients, some were for now
  std::vector<std::string> refused_;
  std::string reason_;
};

}  // namespace mr::printer
