// Acts on texts: something before or behind, one word for another, another language, another character set.
#include <map>

#include "simulators/printer/quirks/value_acts.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Value;

namespace {

constexpr std::size_t text_max = 1023;  // octets that a text may get

struct TextAct : ValueAct, std::enable_shared_from_this<TextAct> {
  std::vector<Oid> at;
  virtual std::string change(std::span<const Oid::Arc> row, const std::string& was,
                             snmp::VariableSource& below, const LayerContext& context) const = 0;
  std::unique_ptr<Layer> over(snmp::VariableSource& below, LayerContext context) const override;
};

class TextLayer final : public Layer {
 public:
  TextLayer(snmp::VariableSource& below, LayerContext context, std::shared_ptr<const TextAct> act)
      : Layer(below), context_(context), act_(std::move(act)) {}
  Value get(const Oid& name) override { return shown(name, below_.get(name)); }
  bool next(const Oid& after, Oid& name, Value& value) override {
    if (!below_.next(after, name, value)) return false;
    value = shown(name, std::move(value));
    return true;
  }

 private:
  Value shown(const Oid& name, Value value) {
    if (value.type() != snmp::Type::octets) return value;
    for (const Oid& prefix : act_->at) {
      if (name.starts_with(prefix))
        return Value::octets(
            act_->change(name.after(prefix), *value.octets(), below_, context_).substr(0, text_max));
    }
    return value;
  }
  LayerContext context_;
  std::shared_ptr<const TextAct> act_;
};

std::unique_ptr<Layer> TextAct::over(snmp::VariableSource& below, LayerContext context) const {
  return std::make_unique<TextLayer>(below, context, shared_from_this());
}

// affix: {at, prefix, suffix, length} these around it; the suffix again and again until it is so long.
struct Affix final : TextAct {
  std::string prefix, suffix;
  std::size_t length = 0;
  std::string change(std::span<const Oid::Arc>, const std::string& was, snmp::VariableSource&,
                     const LayerContext&) const override {
    std::string text = prefix + was;
    if (length == 0) return text + suffix;
    while (text.size() < length) text += suffix;
    text.resize(length);
    return text;
  }
};

// substitute: {at, what, with} each place of a text; of the firmware's level and the serial number as
// {firmware} and {serial}.
struct Substitute final : TextAct {
  std::string what, with;
  std::string change(std::span<const Oid::Arc>, const std::string& was, snmp::VariableSource&,
                     const LayerContext& context) const override {
    const Device& device = context.mib.device();
    const std::string old = what == "{firmware}" ? device.level()
                            : what == "{serial}" ? device.identity().serial
                                                 : what;
    if (old.empty()) return was;
    std::string text;
    std::size_t from = 0;
    for (std::size_t found; (found = was.find(old, from)) != std::string::npos; from = found + old.size())
      text += was.substr(from, found - from) + with;
    return text + was.substr(from);
  }
};

// word: {at, of, words, colour_of, colours} the word for the number in the column `of` of the same row ("*":
// any other). In it, {} is the colour: `colours` of the name of the colorant whose row the column `colour_of`
// gives.
struct WordFor final : TextAct {
  Oid of, colour_of;
  std::map<std::string, std::string> words, colours;
  std::string change(std::span<const Oid::Arc> row, const std::string& was, snmp::VariableSource& below,
                     const LayerContext&) const override {
    const auto key = below.get(of + row).number();
    auto found = key ? words.find(std::to_string(*key)) : words.end();
    if (found == words.end()) found = words.find("*");
    if (found == words.end()) return was;
    std::string text = found->second;
    const std::size_t mark = text.find("{}");
    if (mark == std::string::npos) return text;
    return text.replace(mark, 2, colour(row, below));
  }

 private:
  std::string colour(std::span<const Oid::Arc> row, snmp::VariableSource& below) const {
    static const Oid names{1, 3, 6, 1, 2, 1, 43, 12, 1, 1, 4};  // prtMarkerColorantValue
    const auto colorant = below.get(colour_of + row).number();
    if (!colorant || *colorant <= 0 || row.empty()) return {};
    const Value name = below.get(names + row[0] + static_cast<Oid::Arc>(*colorant));
    if (!name.octets()) return {};
    const auto found = colours.find(*name.octets());
    return found == colours.end() ? *name.octets() : found->second;
  }
};

// latin_1: {at} UTF-8 as ISO 8859-1, with '?' for what that has not.
struct Latin1 final : TextAct {
  std::string change(std::span<const Oid::Arc>, const std::string& was, snmp::VariableSource&,
                     const LayerContext&) const override {
    std::string text;
    for (std::size_t i = 0; i < was.size(); ++i) {
      const auto c = static_cast<unsigned char>(was[i]);
      if (c < 0x80) {
        text += was[i];
        continue;
      }
      const std::size_t more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
      const auto second = i + 1 < was.size() ? static_cast<unsigned char>(was[i + 1]) : 0u;
      text += more == 1 && c <= 0xc3 ? static_cast<char>((c & 3) << 6 | (second & 0x3f)) : '?';
      i += more;
    }
    return text;
  }
};

std::map<std::string, std::string> read_map(Words& words, const char* word, bool required) {
  std::map<std::string, std::string> out;
  const boost::json::value* found = words.any(word, required);
  if (!found) return out;
  if (!found->is_object()) {
    words.fail(word, "texts by word");
    return out;
  }
  for (const auto& [key, value] : found->get_object()) {
    if (!value.is_string()) {
      words.fail(word, "texts by word");
      return out;
    }
    out.emplace(std::string(key.data(), key.size()), std::string(value.get_string()));
  }
  return out;
}

}  // namespace

std::shared_ptr<const ValueAct> read_text_act(std::string_view act, Words& words) {
  if (act == "affix") {
    auto out = std::make_shared<Affix>();
    out->at = words.oids("at");
    out->prefix = words.text("prefix", "");
    out->suffix = words.text("suffix", "");
    out->length = static_cast<std::size_t>(words.number("length", 0, text_max, 0));
    if (out->length > 0 && out->suffix.empty()) words.fail("suffix", "something to be filled with");
    return out;
  }
  if (act == "substitute") {
    auto out = std::make_shared<Substitute>();
    out->at = words.oids("at");
    out->what = words.text("what");
    out->with = words.text("with");
    return out;
  }
  if (act == "word") {
    auto out = std::make_shared<WordFor>();
    out->at = words.oids("at");
    out->of = words.oid("of");
    out->colour_of = words.oid("colour_of", Oid());
    out->words = read_map(words, "words", true);
    out->colours = read_map(words, "colours", false);
    return out;
  }
  if (act == "latin_1") {
    auto out = std::make_shared<Latin1>();
    out->at = words.oids("at");
    return out;
  }
  return {};
}

std::shared_ptr<const ValueAct> read_value_act(Words& words) {
  const std::string act = words.text("act");
  if (auto cell = read_cell_act(act, words)) return cell;
  if (auto row = read_row_act(act, words)) return row;
  return read_text_act(act, words);
}

}  // namespace mr::printer
