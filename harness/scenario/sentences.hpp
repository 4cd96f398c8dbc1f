// SPDX-License-Identifier: GPL-2.0-only
// Operations, switches and faults as a person writes them, one line each:
//
//     modprobe dax_cxl                                    an operation
//     boot before queue_work resolution #2 -> resolution  a switch, named: before a step
//     admin blocks on resolution #1 -> probe:hmem.0       a switch, named: where a task blocks
//     boot ends #1 -> cxl-enumerate                       a switch, named: where it ends
//     point +37 -> runnable 2                             a switch, indexed: before a step
//     stop +3 -> runnable 1                               a switch, indexed: where a task blocks or ends
//     admin: driver_register(hmem)#1                      a fault, by name
//     admin: nth 3                                        a fault, by number
//
// Covers: reading and printing of one such line. Does not cover: single words (words.hpp), the file
// around them (text.hpp). Reading returns nullopt and says in `why` what was expected; one space
// stands between words, no more.
#pragma once

#include "scenario/words.hpp"

namespace scenario {

// Regions and hmem_platform.1 must be in the layout; `hmem#K` has K below hmem_indices.
inline constexpr std::size_t hmem_indices = 16;

// The second device, which `add` and `del` are about.
inline constexpr kernel::Name second_platform = kernel::name_of(Word::hmem_platform, 1);

std::optional<Operation> read_operation(std::string_view text, const Layout &layout,
                                        std::string &why);
std::string operation_text(const Operation &operation);

std::optional<Switch> read_switch(std::string_view text, Actors actors, std::string &why);
std::string switch_text(const Switch &item, Actors actors);

std::optional<Fault> read_fault(std::string_view text, Actors actors, std::string &why);
std::string fault_text(const Fault &fault, Actors actors);

} // namespace scenario
