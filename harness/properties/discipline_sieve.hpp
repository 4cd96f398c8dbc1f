// SPDX-License-Identifier: GPL-2.0-only
// Inside properties: tells at little cost, for most runs, that discipline.cpp would find nothing in them.
//
// Covers: whether a record or a ring is there without which nothing is reported. Does not cover: whether
// something is, and where: that takes names, paths and the order of the records.
#pragma once

#include "properties/collector.hpp"

namespace properties {

// False: a judgement of these records, and of those that follow from them (kernel::Orders), reports nothing.
// `seen`: indices of sieve_records or discipline_records.
bool may_lack_discipline(std::span<const kernel::Event> events, Indices seen);

// What a probe must not wait for (UPSTREAM.md V5-5, V6-1): it may wait for probes in turn.
constexpr bool forbidden_in_probe(kernel::WaitCall call)
{
    return call != kernel::WaitCall::async_synchronize_full &&
           call != kernel::WaitCall::request_module;
}

} // namespace properties
