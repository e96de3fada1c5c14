#include "simulators/printer/site/mail_post.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "reference/runtime/deadline.hpp"
#include "simulators/printer/smtp/alert_mail.hpp"
#include "simulators/printer/smtp/smtp_client.hpp"

namespace mr::printer {

using runtime::asio::awaitable;

namespace {

constexpr std::array<std::chrono::minutes, 4> pauses{std::chrono::minutes(1), std::chrono::minutes(5),
                                                     std::chrono::minutes(15), std::chrono::minutes(60)};
constexpr std::chrono::seconds session_max{60};
constexpr std::uint16_t smtp_port = 25;

struct Waiting {
  std::uint64_t number;
  std::string subject;
  Mail mail;
  std::uint32_t attempts = 0;
};

struct Queue {
  std::deque<Waiting> mails;
  std::unique_ptr<runtime::Alarm> alarm;  // of the next attempt
  bool sending = false;                   // the first of them
};

// host, host:port, [address]:port.
std::pair<std::string, std::uint16_t> place_in(std::string text) {
  std::uint16_t port = smtp_port;
  const std::size_t colon = text.rfind(':');
  const bool bare_v6 = colon != text.npos && text.find(':') != colon && text[colon - 1] != ']';
  if (colon != text.npos && !bare_v6) {
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    text.resize(colon);
  }
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  return {std::move(text), port};
}

}  // namespace

// Shared with the coroutines, which may end after the post is gone.
struct MailPost::State : std::enable_shared_from_this<MailPost::State> {
  State(runtime::Runtime& on, std::function<Device&(std::size_t)> of, Told to)
      : runtime(on), scope(on.executor()), device(std::move(of)), told(std::move(to)) {}

  Queue* with(std::size_t index, std::uint64_t number) {
    const auto found = queues.find(index);
    if (!alive || found == queues.end() || found->second.mails.empty() ||
        found->second.mails.front().number != number)
      return nullptr;
    return &found->second;
  }
  void next(std::size_t index) {
    Queue& queue = queues[index];
    if (queue.sending || queue.alarm || queue.mails.empty()) return;
    queue.sending = true;
    scope.spawn(send(shared_from_this(), index, queue.mails.front().number));
  }
  void over(std::size_t index, std::uint64_t number, const SmtpClient::End end, const std::string& why) {
    Queue* const queue = with(index, number);
    if (queue == nullptr) return;  // it was switched off, and may be on again
    queue->sending = false;
    Waiting& mail = queue->mails.front();
    if (end == SmtpClient::End::try_later && mail.attempts <= pauses.size()) {
      const auto at = runtime.clock().now() + pauses[mail.attempts - 1];
      queue->alarm = runtime.clock().at(at, [this, index] {
        const auto self = std::move(queues[index].alarm);  // lives until this has run
        next(index);
      });
      return;
    }
    const Outcome outcome{mail.subject, end == SmtpClient::End::sent, end == SmtpClient::End::sent ? "" : why,
                          mail.attempts};
    queue->mails.pop_front();
    if (told) told(index, outcome);
    next(index);
  }

  runtime::Runtime& runtime;
  runtime::Scope scope;
  std::function<Device&(std::size_t)> device;
  Told told;
  std::map<std::size_t, Queue> queues;
  std::uint64_t made = 0;
  bool alive = true;
};

MailPost::MailPost(runtime::Runtime& runtime, std::function<Device&(std::size_t)> device, Told told)
    : state_(std::make_shared<State>(runtime, std::move(device), std::move(told))) {}

MailPost::~MailPost() {
  state_->alive = false;
  state_->queues.clear();
}

void MailPost::alert(std::size_t index, const AlertChange& change) {
  const Device& device = state_->device(index);
  const Settings& settings = device.settings();
  if (settings.mail_server.empty() || settings.mail_recipients.empty() || !is_for_mail(change)) return;
  Mail mail{settings.mail_sender, settings.mail_recipients, {}};
  std::erase_if(mail.recipients, [](const std::string& one) { return !is_mail_address(one); });
  if (mail.recipients.empty() || !is_mail_address(mail.sender)) return;
  const std::uint64_t number = ++state_->made;
  mail.text = alert_mail(device, change, number, state_->runtime.clock().now().time_since_epoch());
  Queue& queue = state_->queues[index];
  if (queue.mails.size() >= queue_max) {
    const auto oldest = queue.mails.begin() + (queue.sending ? 1 : 0);
    const Outcome outcome{oldest->subject, false, "too many wait", oldest->attempts};
    queue.mails.erase(oldest);
    if (state_->told) state_->told(index, outcome);
  }
  queue.mails.push_back({number, change.alert.description, std::move(mail), 0});
  state_->next(index);
}

void MailPost::forget(std::size_t index) { state_->queues.erase(index); }

awaitable<void> MailPost::send(std::shared_ptr<State> state, std::size_t index, std::uint64_t number) {
  constexpr auto as_values = boost::asio::as_tuple(boost::asio::use_awaitable);
  Queue* const queue = state->with(index, number);
  if (queue == nullptr) co_return;
  ++queue->mails.front().attempts;
  SmtpClient client("printer.invalid", queue->mails.front().mail);
  const Settings& settings = state->device(index).settings();
  const auto [host, port] = place_in(settings.mail_server);
  runtime::Clock& clock = state->runtime.clock();
  const runtime::Instant deadline = clock.now() + session_max;
  boost::system::error_code error;
  std::vector<runtime::Address> addresses{boost::asio::ip::make_address(host, error)};
  if (error) {
    auto found = co_await state->runtime.network().resolve(host);
    if (!found || found->empty()) {
      state->over(index, number, SmtpClient::End::try_later, "there is no host " + host);
      co_return;
    }
    addresses = std::move(*found);
  }
  auto stream = co_await state->runtime.network().connect({addresses[0], port}, deadline);
  if (!stream) {
    state->over(index, number, SmtpClient::End::try_later, to_string(stream.error()));
    co_return;
  }
  runtime::TimedStream timed(*stream, clock, deadline);
  std::array<char, 2048> buffer;
  while (!client.over() && state->with(index, number) != nullptr) {
    const auto [failed, n] = co_await timed.async_read_some(boost::asio::buffer(buffer), as_values);
    if (failed) {
      client.broke();
      break;
    }
    const std::string answer = client.received({buffer.data(), n});
    for (std::size_t done = 0; done < answer.size() && !client.over();) {
      const auto [cut, m] = co_await timed.async_write_some(
          boost::asio::buffer(answer.data() + done, answer.size() - done), as_values);
      if (cut) client.broke();
      done += m;
    }
  }
  stream->close();
  state->over(index, number, client.end(), client.reason());
}

}  // namespace mr::printer
