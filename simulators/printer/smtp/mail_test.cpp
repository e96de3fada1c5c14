#include <gtest/gtest.h>

#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/smtp/alert_mail.hpp"
#include "simulators/printer/smtp/smtp_client.hpp"

namespace mr::printer {
namespace {

using namespace std::chrono_literals;
using End = SmtpClient::End;

Mail mail(std::vector<std::string> recipients = {"a@example"}) {
  return {"p@example", std::move(recipients), "Subject: x\r\n\r\n.hidden\r\nlast"};
}

// What is said line by line to replies given one by one.
std::vector<std::string> talk(SmtpClient& client, const std::vector<std::string>& replies) {
  std::vector<std::string> out;
  for (const std::string& reply : replies) out.push_back(client.received(reply + "\r\n"));
  return out;
}

TEST(Smtp, AMessageIsSent) {
  SmtpClient client("printer.example", mail({"a@example", "b@example"}));
  const auto said = talk(client, {"220 ready", "250-hello\r\n250-SIZE\r\n250 8BITMIME", "250 ok", "250 ok",
                                  "250 ok", "354 go", "250 queued", "221 bye"});
  EXPECT_EQ(said, (std::vector<std::string>{"EHLO printer.example\r\n", "MAIL FROM:<p@example>\r\n",
                                            "RCPT TO:<a@example>\r\n", "RCPT TO:<b@example>\r\n", "DATA\r\n",
                                            "Subject: x\r\n\r\n..hidden\r\nlast\r\n.\r\n", "QUIT\r\n", ""}));
  EXPECT_EQ(client.end(), End::sent);
  EXPECT_TRUE(client.over());
  EXPECT_TRUE(client.refused().empty());
}

TEST(Smtp, Refusals) {
  const auto ends = [](const std::vector<std::string>& replies,
                       std::vector<std::string> recipients = {"a@example"}) {
    SmtpClient client("p", mail(std::move(recipients)));
    talk(client, replies);
    return client.end();
  };
  EXPECT_EQ(ends({"421 busy"}), End::try_later);
  EXPECT_EQ(ends({"554 no"}), End::failed);
  EXPECT_EQ(ends({"220 x", "250 x", "451 later"}), End::try_later);
  EXPECT_EQ(ends({"220 x", "250 x", "250 x", "550 nobody"}), End::failed);
  EXPECT_EQ(ends({"220 x", "250 x", "250 x", "450 greylisted"}), End::try_later);
  EXPECT_EQ(ends({"220 x", "250 x", "250 x", "550 nobody", "450 later"}, {"a@x", "b@x"}), End::try_later);
  EXPECT_EQ(ends({"220 x", "250 x", "250 x", "250 x", "354 x", "552 too large"}), End::failed);
  EXPECT_EQ(ends({"hello"}), End::failed);
  EXPECT_EQ(ends({"220 x", std::string(3000, '2')}), End::failed);
  EXPECT_EQ(ends({"220 x", "250 x"}), End::none);
  // Some are refused: the others have it.
  SmtpClient client("p", mail({"a@x", "b@x"}));
  talk(client, {"220 x", "250 x", "250 x", "550 nobody", "250 x", "354 x", "250 x"});
  EXPECT_EQ(client.end(), End::sent);
  EXPECT_EQ(client.refused(), std::vector<std::string>{"a@x"});
  client.broke();
  EXPECT_EQ(client.end(), End::sent) << "what was taken is taken";
  // An old server.
  SmtpClient old("p", mail());
  EXPECT_EQ(talk(old, {"220 x", "502 what", "250 x"}).at(1), "HELO p\r\n");
  SmtpClient silent("p", mail());
  silent.broke();
  EXPECT_EQ(silent.end(), End::try_later);
}

TEST(Smtp, Addresses) {
  EXPECT_TRUE(is_mail_address("a@example.com"));
  for (const char* wrong : {"", "a b", "a>\r\nRCPT TO:<b", "\xc3\xa4@x"})
    EXPECT_FALSE(is_mail_address(wrong)) << wrong;
}

TEST(AlertMail, SaysWhatAndWhere) {
  const ModelPtr model = profile("office-colour-mfp").value();
  Device device(model, Identity{.serial = "N1", .address = {192, 0, 2, 7}, .printer_name = "p"});
  Settings settings = device.settings();
  settings.name = "Empfang\r\nBcc: x@example \xc3\xbc";
  settings.location = "Room 2";
  settings.mail_sender = "p@example";
  settings.mail_recipients = {"a@example", "b@example"};
  device.set(settings);
  device.set_clock(std::chrono::sys_days(std::chrono::November / 23 / 2026) + 13h, std::chrono::minutes(-90));
  device.power_on(0s);
  device.advance(60s);
  device.take_alert_changes();
  device.set_cover(0, CoverStatus::open, 61s);
  const auto changes = device.take_alert_changes();
  ASSERT_EQ(changes.size(), 1u);
  ASSERT_TRUE(is_for_mail(changes[0]));
  const std::string text = alert_mail(device, changes[0], 3, 61s);
  const auto has = [&](std::string_view part) { return text.find(part) != text.npos; };
  EXPECT_TRUE(has("From: <p@example>\r\nTo: <a@example>,\r\n <b@example>\r\nSubject: =?utf-8?B?")) << text;
  EXPECT_FALSE(has("\nBcc")) << text;
  EXPECT_TRUE(has("\r\nDate: Mon, 23 Nov 2026 11:31:01 -0130\r\n")) << text;
  EXPECT_TRUE(has("Message-ID: <N1.1.3@printer.invalid>")) << text;
  EXPECT_TRUE(has("Alert: " + changes[0].alert.description + "\r\nSeverity: critical\r\n")) << text;
  EXPECT_TRUE(has("Location: Room 2\r\nIP address: 192.0.2.7\r\n")) << text;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find("\r\n", at);
    ASSERT_NE(end, text.npos);
    EXPECT_LE(end - at, 998u);
    EXPECT_EQ(text.substr(at, end - at).find_first_of("\r\n"), std::string::npos);
    at = end + 2;
  }
  // A supply that runs low is wanted too; that it was filled is not, nor that paper is low.
  device.set_supply_level(0, 1, 62s);
  bool low = false;
  for (const AlertChange& change : device.take_alert_changes()) {
    if (!is_for_mail(change)) continue;
    low = true;
    EXPECT_NE(alert_mail(device, change, 4, 62s).find("Supplies that run low:\r\n  "), text.npos);
  }
  EXPECT_TRUE(low);
  device.replace_supply(0, "NEW", 63s);
  device.set_input_level(0, 1, 63s);
  for (const AlertChange& change : device.take_alert_changes())
    EXPECT_FALSE(is_for_mail(change)) << change.alert.description;
}

}  // namespace
}  // namespace mr::printer
