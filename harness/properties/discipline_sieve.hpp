// SPDX-License-Identifier: GPL-2.0-only
// Inside properties: tells at little cost, for most runs, that discipline.cpp would find nothing in them.
//
// Covers: whether a record or a ring is there without which nothing is reported. Does not cover: whether
// something is, and where: that takes names, paths and the order of the records.
#pragma once

#include "properties/collector.hpp"

namespace properties {

// False: a judgement of these records reports nothing. `seen`: indices of discipline_records.
bool may_lack_discipline(std::span<const kernel::Event> events, Indices seen);

// What judge_discipline() does with runs that the sieve does not let pass.
void judge_discipline_in_full(std::span<const kernel::Event> events, Indices seen,
                              Collector &collector);

// What a probe must not wait for (UPSTREAM.md V5-5, V6-1): it may wait for probes in turn.
constexpr bool forbidden_in_probe(kernel::WaitCall call)
{
    return call != kernel::WaitCall::async_synchronize_full &&
           call != kernel::WaitCall::request_module;
}

} // namespace properties
