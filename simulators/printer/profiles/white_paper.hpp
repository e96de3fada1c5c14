// What the white paper says that a device can report (section 5, Tables 1 and 2; for other brands what an
// agent can read of a printer, of Table 3), and where each comes from in an emulated one.
//
// The captions of Tables 1 and 2 look swapped in the paper; they are followed as printed: Table 1 is of
// office products, Table 2 of production ones.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "simulators/printer/device/model.hpp"

namespace mr::printer {

struct PaperItem {
  int table;
  std::string_view row;   // as the table has it: "Print Device Identity"
  std::string_view item;  // one thing that the row names, in its words
  std::string_view
      source;  // the member of Model or the accessor of Device that gives it; empty: nothing does
  bool (*has)(const Model&);  // whether a printer of the model has it
};

// The items of the table for a class, in its order.
std::span<const PaperItem> paper_items(DeviceClass device_class);

// The items that a model has no source for, as "row: item": what its profile must name in `lacks`.
std::vector<std::string> lacking(const Model& model);

}  // namespace mr::printer
