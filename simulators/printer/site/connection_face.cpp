#include "simulators/printer/site/connection_face.hpp"

#include <algorithm>
#include <list>
#include <utility>

namespace mr::printer {
namespace {

// What is under a connection stays within reach of the face, whatever is put over it.
class SharedBody final : public runtime::StreamBody {
 public:
  explicit SharedBody(std::shared_ptr<runtime::StreamBody> body) : body_(std::move(body)) {}
  ~SharedBody() override { body_->close(); }
  void read(runtime::asio::mutable_buffer into, runtime::IoHandler done) override {
    body_->read(into, std::move(done));
  }
  void write(runtime::asio::const_buffer from, runtime::IoHandler done) override {
    body_->write(from, std::move(done));
  }
  void shut_send() override { body_->shut_send(); }
  void close() override { body_->close(); }
  void reset() override { body_->reset(); }
  runtime::Endpoint local() const override { return body_->local(); }
  runtime::Endpoint remote() const override { return body_->remote(); }
  const trust::TlsSession* tls() const override { return body_->tls(); }

 private:
  std::shared_ptr<runtime::StreamBody> body_;
};

struct Open {
  std::shared_ptr<Connection> connection;
  std::shared_ptr<runtime::StreamBody> body;
};

}  // namespace

// Shared with the coroutines that serve, which may end after the face is gone.
struct ConnectionFace::State : std::enable_shared_from_this<ConnectionFace::State> {
  State(runtime::Runtime& on, Receiver to, ConnectionLimits with, std::size_t printers)
      : scope(on.executor()), receiver(std::move(to)), limits(with), open_of(printers) {}

  void drop(const std::shared_ptr<Connection>& connection) {
    const auto found =
        std::find_if(open.begin(), open.end(), [&](const Open& one) { return one.connection == connection; });
    if (found == open.end()) return;
    open.erase(found);
    --open_of[connection->index];
  }
  void accept(std::size_t index, std::size_t port, runtime::Stream stream) {
    if (open_of[index] >= limits.connections_max || open.size() >= limits.connections_all_max) {
      stream.reset();
      if (receiver.refused) receiver.refused(index, port);
      return;
    }
    const auto executor = stream.get_executor();
    std::shared_ptr<runtime::StreamBody> body = stream.release();
    auto connection = std::make_shared<Connection>(
        Connection{index, port, runtime::Stream(executor, std::make_unique<SharedBody>(body)), false, {}});
    open.push_back({connection, std::move(body)});
    ++open_of[index];
    scope.spawn(serve(shared_from_this(), std::move(connection)));
  }

  runtime::Scope scope;
  Receiver receiver;
  ConnectionLimits limits;
  std::list<Open> open;
  std::vector<std::uint32_t> open_of;  // connections of each printer
};

runtime::asio::awaitable<void> ConnectionFace::serve(std::shared_ptr<State> state,
                                                     std::shared_ptr<Connection> connection) {
  co_await state->receiver.serve(connection);
  if (connection->gone) co_return;
  state->drop(connection);
  connection->stream.release();
}

Result<std::unique_ptr<ConnectionFace>> ConnectionFace::open(runtime::Runtime& runtime,
                                                             std::vector<runtime::Address> addresses,
                                                             Receiver receiver, StreamFace::Options options,
                                                             ConnectionLimits limits) {
  std::unique_ptr<ConnectionFace> made(new ConnectionFace());
  auto state = std::make_shared<State>(runtime, std::move(receiver), limits, addresses.size());
  made->state_ = state;
  auto face = StreamFace::open(
      runtime, std::move(addresses),
      [state = state.get()](std::size_t index, std::size_t port, runtime::Stream stream) {
        state->accept(index, port, std::move(stream));
      },
      std::move(options));
  MR_TRY(face);
  made->face_ = std::move(*face);
  return made;
}

ConnectionFace::~ConnectionFace() {
  face_.reset();
  for (const Open& one : state_->open) {
    one.connection->gone = true;
    one.body->reset();
  }
  state_->open.clear();
}

std::size_t ConnectionFace::connections(std::size_t index) const { return state_->open_of[index]; }

std::vector<std::shared_ptr<Connection>> ConnectionFace::open_of(std::size_t index) const {
  std::vector<std::shared_ptr<Connection>> out;
  for (const Open& one : state_->open) {
    if (one.connection->index == index) out.push_back(one.connection);
  }
  return out;
}

void ConnectionFace::switch_off(std::size_t index) {
  face_->switch_off(index);
  std::vector<Open> going;
  for (const Open& one : state_->open) {
    if (one.connection->index == index) going.push_back(one);
  }
  for (const Open& one : going) {
    one.connection->gone = true;
    one.body->reset();
    state_->drop(one.connection);
    if (one.connection->went) one.connection->went();
  }
}

}  // namespace mr::printer
