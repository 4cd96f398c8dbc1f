// SPDX-License-Identifier: GPL-2.0-only
// Who has what at rest, read from who created the dax regions (never from how resources nest, P0-2).
#pragma once

#include "kernel/event.hpp"
#include "kernel/range.hpp"

#include <span>
#include <vector>

namespace properties {

// Indexes scenario::owner_words.
enum class Owner : std::uint8_t { nobody, hmem, hmem_unusable, cxl, cxl_unusable };

struct Owned {
    kernel::Range range;
    Owner owner;
};

// By ascending address: every dax region, and what is left of the Soft Reserved ranges.
std::vector<Owned> owners_at_rest(std::span<const kernel::Event> events);

} // namespace properties
