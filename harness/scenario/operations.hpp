// SPDX-License-Identifier: GPL-2.0-only
// The table of operations: what an actor can do. Parser, printer, wire form, runner and
// documentation all read this one table; a new operation is one row here and one function in
// run/operations.cpp.
#pragma once

#include "kernel/name.hpp"

#include <cstdint>
#include <string_view>

namespace scenario {

enum class Operand : std::uint8_t {
    none,   // the operation is its own object (slow-probe)
    module, // dax_hmem, dax_cxl, cxl_acpi, cxl_pci; dax.ko, where a revision keeps state in it
    device, // hmem_platform.N, hmem.N, hmem#K (K modulo the live ones), cxl_acpi, a layout region
    region, // a region of the layout
    added_device, // hmem_platform.1, if the layout has it
};

// Columns: identifier, text, operand, help.
#define SCENARIO_OPERATIONS(X)                                                                     \
    X(modprobe, "modprobe", module, "load the module after its dependencies")                      \
    X(insmod, "insmod", module, "load the module; fails without its dependencies")                 \
    X(rmmod, "rmmod", module, "unload the module")                                                 \
    X(bind, "bind", device, "write the device to its driver's bind file")                          \
    X(unbind, "unbind", device, "write the device to its driver's unbind file")                    \
    X(assemble, "assemble", region, "create and commit the region, or commit it again")            \
    X(decommit, "decommit", region, "write 0 to the region's commit file")                         \
    X(destroy, "destroy", region, "delete the region")                                             \
    X(slow_probe_start, "slow-probe start", none, "an unrelated driver's probe starts")            \
    X(slow_probe_end, "slow-probe end", none, "that probe returns")                                \
    X(add, "add", added_device, "register the second device, as a test module does")               \
    X(del, "del", added_device, "unregister it")

enum class OperationCode : std::uint8_t {
#define X(id, text, operand, help) id,
    SCENARIO_OPERATIONS(X)
#undef X
        count_,
};

inline constexpr std::size_t operation_codes = static_cast<std::size_t>(OperationCode::count_);

struct OperationRow {
    std::string_view id;
    std::string_view text;
    Operand operand;
    std::string_view help;
};

const OperationRow &operation_row(OperationCode code);

struct Operation {
    OperationCode code{};
    kernel::Name object; // Word::slow for Operand::none

    friend bool operator==(const Operation &, const Operation &) = default;
};

// `hmem#K`, the K-th live hmem device modulo their number, is the name hmem with this part.
inline constexpr int hmem_by_index = 1;

} // namespace scenario
