// Asio's own code, compiled once (BOOST_ASIO_SEPARATE_COMPILATION). Every program that uses Asio links this
// module.
#include <boost/asio/impl/src.hpp>
