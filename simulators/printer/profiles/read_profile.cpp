// JSON to Model, strictly: each object is read by naming its keys; a key that nothing named is an error with
// its path, as is one that is missing, of another type or out of range. The first error ends it.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <functional>
#include <set>

#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {
namespace {

namespace json = boost::json;

// One object being read. All objects of a document share the first error.
class Reader {
 public:
  Reader(const json::value& value, std::string path, std::optional<Fault>& fault)
      : path_(std::move(path)), fault_(fault) {
    object_ = value.if_object();
    if (!object_) fail(profile_errc::bad_value, path_.empty() ? "the document" : path_, "an object");
  }
  // Every key must have been named.
  void finish() {
    if (!object_) return;
    for (const auto& member : *object_) {
      if (!named_.contains(member.key())) fail(profile_errc::unknown_word, at(member.key()));
    }
  }
  ~Reader() { finish(); }

  void text(const char* key, std::string& into, bool required = false, std::size_t max = 1023) {
    const json::value* value = find(key, required);
    if (!value) return;
    const json::string* string = value->if_string();
    if (!string || string->size() > max)
      return fail(profile_errc::bad_value, at(key), "a text of at most " + std::to_string(max) + " octets");
    into.assign(string->data(), string->size());
  }

  template <class Number>
  void number(const char* key, Number& into, std::int64_t low, std::int64_t high, bool required = false) {
    const json::value* value = find(key, required);
    if (!value) return;
    if (!value->is_int64() || value->get_int64() < low || value->get_int64() > high) {
      return fail(profile_errc::bad_value, at(key),
                  "a number from " + std::to_string(low) + " to " + std::to_string(high));
    }
    into = static_cast<Number>(value->get_int64());
  }

  void flag(const char* key, bool& into) {
    const json::value* value = find(key, false);
    if (!value) return;
    if (!value->is_bool()) return fail(profile_errc::bad_value, at(key), "true or false");
    into = value->get_bool();
  }

  // One of `words`; `into` becomes its position.
  template <class Enum>
  void word(const char* key, Enum& into, std::initializer_list<std::pair<std::string_view, Enum>> words,
            bool required = false) {
    std::string said;
    if (!find(key, required)) return;
    text(key, said);
    std::string known;
    for (const auto& [name, meaning] : words) {
      if (name == said) {
        into = meaning;
        return;
      }
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    fail(profile_errc::bad_value, at(key), "one of " + known);
  }

  // A set of words, as bits.
  void bits(const char* key, std::uint8_t& into,
            std::initializer_list<std::pair<std::string_view, std::uint8_t>> words) {
    const json::value* value = find(key, false);
    if (!value) return;
    const json::array* array = value->if_array();
    std::uint8_t sum = 0;
    bool good = array != nullptr;
    for (std::size_t i = 0; good && i < array->size(); ++i) {
      const json::string* said = (*array)[i].if_string();
      std::uint8_t bit = 0;
      for (const auto& [name, meaning] : words) {
        if (said && *said == name) bit = meaning;
      }
      good = bit != 0;
      sum |= bit;
    }
    if (!good) {
      std::string known;
      for (const auto& entry : words) known += (known.empty() ? "" : ", ") + std::string(entry.first);
      return fail(profile_errc::bad_value, at(key), "a list of " + known);
    }
    into = sum;
  }

  void texts(const char* key, std::vector<std::string>& into) {
    const json::value* value = find(key, false);
    if (!value) return;
    const json::array* array = value->if_array();
    if (!array) return fail(profile_errc::bad_value, at(key), "a list of texts");
    for (const json::value& element : *array) {
      if (!element.is_string()) return fail(profile_errc::bad_value, at(key), "a list of texts");
      into.emplace_back(element.get_string());
    }
  }

  void object(const char* key, const std::function<void(Reader&)>& read) {
    if (const json::value* value = find(key, false)) {
      Reader member(*value, at(key), fault_);
      read(member);
    }
  }

  // A list of objects, of at most `max`.
  void list(const char* key, std::size_t max, const std::function<void(Reader&)>& read) {
    const json::value* value = find(key, false);
    if (!value) return;
    const json::array* array = value->if_array();
    if (!array || array->size() > max)
      return fail(profile_errc::bad_value, at(key), "a list of at most " + std::to_string(max));
    for (std::size_t i = 0; i < array->size() && !fault_; ++i) {
      Reader element((*array)[i], at(key) + "[" + std::to_string(i) + "]", fault_);
      read(element);
    }
  }

  void fail(profile_errc what, const std::string& where, const std::string& expected = {}) {
    if (!fault_) fault_ = Fault(what, expected.empty() ? where : where + ": expected " + expected);
  }
  std::string at(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }
  bool failed() const { return fault_.has_value(); }

 private:
  const json::value* find(const char* key, bool required) {
    if (!object_) return nullptr;
    named_.insert(key);
    const json::value* value = object_->if_contains(key);
    if (!value && required) fail(profile_errc::missing_word, at(key));
    return value;
  }

  std::string path_;
  std::optional<Fault>& fault_;
  const json::object* object_ = nullptr;
  std::set<std::string, std::less<>> named_;
};

void read_reporting(Reader& in, Reporting& into) {
  in.word("reporting", into,
          {{"exact", Reporting::exact},
           {"some", Reporting::some_remaining},
           {"unknown", Reporting::unknown},
           {"other", Reporting::other}});
}

void read_supply(Reader& in, SupplyKind& kind) {
  in.text("description", kind.description, true, 255);
  in.text("part_number", kind.part_number, false, 63);
  in.word("class", kind.supply_class,
          {{"consumed", SupplyClass::consumed},
           {"receptacle", SupplyClass::receptacle},
           {"other", SupplyClass::other}});
  in.number("type", kind.type, 1, 36, true);
  in.number("unit", kind.unit, 1, 19, true);
  in.number("capacity", kind.capacity, 1, 100'000'000, true);
  kind.max = kind.capacity;
  in.number("max", kind.max, -2, 100'000'000);
  read_reporting(in, kind.reporting);
  in.number("colorant", kind.colorant, 0, 16);
  in.number("yield", kind.yield, 0, 1'000'000'000);
  in.word("wears_by", kind.wears_by,
          {{"impressions", WearsBy::impressions},
           {"coverage", WearsBy::coverage},
           {"sheets", WearsBy::sheets},
           {"staples", WearsBy::staples}});
  in.flag("colour_only", kind.colour_only);
  in.flag("stops_when_empty", kind.stops_when_empty);
  in.number("low_percent", kind.low_percent, 0, 100);
}

void read_input(Reader& in, InputKind& kind) {
  in.text("name", kind.name, true, 63);
  kind.description = kind.name;
  in.text("description", kind.description, false, 255);
  in.number("type", kind.type, 1, 8);
  in.number("capacity", kind.capacity, 1, 100'000, true);
  kind.max = kind.initial = kind.capacity;
  in.number("max", kind.max, -2, 100'000);
  in.number("initial", kind.initial, 0, kind.capacity);
  read_reporting(in, kind.reporting);
  in.text("media_name", kind.media_name, false, 63);
  in.number("feed_um", kind.feed_um, -2, 10'000'000);
  in.number("cross_um", kind.cross_um, -2, 10'000'000);
  in.text("media_type", kind.media_type, false, 63);
  in.text("media_color", kind.media_color, false, 63);
  in.number("media_weight", kind.media_weight, -2, 1000);
}

void read_meter(Reader& in, MeterKind& kind) {
  in.text("name", kind.name, true, 255);
  in.word("counts", kind.counts,
          {{"impressions", MeterCounts::impressions},
           {"sheets", MeterCounts::sheets},
           {"two_sided_sheets", MeterCounts::two_sided_sheets},
           {"scans_email", MeterCounts::scans_email},
           {"scans_network", MeterCounts::scans_network},
           {"faxes_sent", MeterCounts::faxes_sent},
           {"power_on", MeterCounts::power_on}},
          true);
  in.bits("functions", kind.functions, {{"print", counts_print}, {"copy", counts_copy}, {"fax", counts_fax}});
  in.bits("colours", kind.colours, {{"black", counts_black}, {"colour", counts_colour}});
  in.flag("large_only", kind.large_only);
  in.number("rollover", kind.rollover, 0, INT64_MAX);
  in.number("table_device", kind.table_device, 0, 65535);
  in.number("table_index", kind.table_index, 0, 65535);
}

void read_object_id(Reader& in, std::vector<std::uint32_t>& into) {
  std::string text;
  in.text("object_id", text, true);
  auto oid = snmp::Oid::parse(text);
  if (!oid || oid->size() < 7)
    return in.fail(profile_errc::bad_value, in.at("object_id"), "a numeric name under 1.3.6.1.4.1");
  into.assign(oid->begin(), oid->end());
}

void read_mac_prefix(Reader& in, std::array<std::uint8_t, 3>& into) {
  std::string text;
  in.text("mac_prefix", text, true);
  bool good = text.size() == 8 && text[2] == ':' && text[5] == ':';
  for (std::size_t i = 0; good && i < 3; ++i) {
    const auto [end, error] = std::from_chars(text.data() + 3 * i, text.data() + 3 * i + 2, into[i], 16);
    good = error == std::errc() && end == text.data() + 3 * i + 2;
  }
  if (!good) in.fail(profile_errc::bad_value, in.at("mac_prefix"), "three octets, as 02:4d:52");
}

void read_model(Reader& in, Model& model) {
  in.text("key", model.key, true, 63);
  in.text("manufacturer", model.manufacturer, true, 63);
  in.text("product", model.product, true, 63);
  in.text("description", model.description, true, 255);
  in.text("device_description", model.device_description, true, 64);
  in.text("device_id", model.device_id, true);
  in.text("firmware", model.firmware, true, 63);
  in.texts("firmware_products", model.firmware_products);
  in.number("firmware_check_ms", model.firmware_check_ms, 0, 600'000);
  in.number("firmware_install_ms", model.firmware_install_ms, 0, 7'200'000);
  in.number("restart_ms", model.restart_ms, 0, 3'600'000);
  in.text("serial_pattern", model.serial_pattern, true, 40);
  read_object_id(in, model.object_id);
  read_mac_prefix(in, model.mac_prefix);
  in.flag("colour", model.colour);
  in.flag("duplex", model.duplex);
  in.number("pages_per_minute", model.pages_per_minute, 1, 10'000);
  in.number("memory_kib", model.memory_kib, 1, INT32_MAX);
  in.number("life_unit", model.life_unit, 3, 17);
  in.number("mark_tech", model.mark_tech, 1, 30);
  in.number("resolution", model.resolution, 1, 9600);
  in.text("language", model.language, false, 2);
  in.text("country", model.country, false, 2);
  in.text("ready_text", model.ready_text, false, 255);
  in.number("console_lines", model.console_lines, 0, 32);
  in.number("console_chars", model.console_chars, 0, 255);
  in.number("warm_up_ms", model.warm_up_ms, 0, 3'600'000);
  in.list("colorants", 16, [&](Reader& one) {
    ColorantKind kind;
    one.text("name", kind.name, true, 255);
    one.number("role", kind.role, 1, 4);
    model.colorants.push_back(std::move(kind));
  });
  in.list("supplies", 64, [&](Reader& one) {
    SupplyKind kind;
    read_supply(one, kind);
    if (kind.colorant > model.colorants.size())
      one.fail(profile_errc::bad_value, one.at("colorant"), "a colorant's position");
    model.supplies.push_back(std::move(kind));
  });
  in.list("inputs", 32, [&](Reader& one) {
    InputKind kind;
    read_input(one, kind);
    model.inputs.push_back(std::move(kind));
  });
  in.list("outputs", 32, [&](Reader& one) {
    OutputKind kind;
    one.text("name", kind.name, true, 63);
    kind.description = kind.name;
    one.text("description", kind.description, false, 255);
    one.number("type", kind.type, 1, 7);
    one.number("capacity", kind.capacity, 1, 100'000, true);
    read_reporting(one, kind.reporting);
    model.outputs.push_back(std::move(kind));
  });
  in.list("covers", 32, [&](Reader& one) {
    CoverKind kind;
    one.text("description", kind.description, true, 255);
    model.covers.push_back(std::move(kind));
  });
  in.list("channels", 32, [&](Reader& one) {
    ChannelKind kind;
    one.number("type", kind.type, 1, 46, true);
    one.text("version", kind.version, false, 63);
    one.text("description", kind.description, false, 255);
    model.channels.push_back(std::move(kind));
  });
  in.list("interpreters", 32, [&](Reader& one) {
    InterpreterKind kind;
    one.number("family", kind.family, 1, 79, true);
    one.text("level", kind.level, false, 31);
    one.text("version", kind.version, false, 31);
    one.text("description", kind.description, false, 255);
    model.interpreters.push_back(std::move(kind));
  });
  in.list("meters", 256, [&](Reader& one) {
    MeterKind kind;
    read_meter(one, kind);
    model.meters.push_back(std::move(kind));
  });
  in.texts("lights", model.lights);
}

}  // namespace

std::string_view describe(profile_errc e) {
  switch (e) {
    case profile_errc::bad_json:
      return "not JSON";
    case profile_errc::unknown_word:
      return "a profile has no such word";
    case profile_errc::missing_word:
      return "missing";
    case profile_errc::bad_value:
      return "not a value that it can have";
    case profile_errc::unknown_model:
      return "there is no such profile";
  }
  return "unknown";
}

Result<ModelPtr> read_profile(std::string_view text) {
  boost::system::error_code error;
  const json::value document = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) return Fault(profile_errc::bad_json, error.message());
  std::optional<Fault> fault;
  auto model = std::make_shared<Model>();
  {
    Reader in(document, "", fault);
    read_model(in, *model);
  }
  if (fault) return *fault;
  return ModelPtr(std::move(model));
}

}  // namespace mr::printer
