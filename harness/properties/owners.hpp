// SPDX-License-Identifier: GPL-2.0-only
// Who has what at rest, read from who created the dax regions (never from how resources nest, P0-2).
#pragma once

#include "kernel/event.hpp"
#include "kernel/range.hpp"
#include "scenario/scenario.hpp"

#include <span>
#include <vector>

namespace properties {

struct Owned {
    kernel::Range range;
    scenario::Owner owner;

    friend bool operator==(const Owned &, const Owned &) = default;
};

// By ascending address: every dax region, and what is left of the Soft Reserved ranges once.
std::vector<Owned> owners_at_rest(std::span<const kernel::Event> events);

// What of a Soft Reserved range nobody has because hmem_active dropped the range: an entry was there
// that overlaps it (ML-14). Empty for a run that did not come to rest.
std::vector<kernel::Range> dropped_and_unowned(std::span<const kernel::Event> events);

} // namespace properties
