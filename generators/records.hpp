// SPDX-License-Identifier: GPL-2.0-only
// The wire form as a list of records, each of which makes sense alone: a list with one record less,
// or with a smaller number in a record, is again a scenario. That is what lets a list shrink to a
// short story.
//
// Covers: taking bytes apart, putting records together, what is simpler than a record. Does not
// cover: what records mean (scenario/wire.hpp).
#pragma once

#include "scenario/scenario.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace generators {

// A tag and its payload.
using Record = std::vector<std::uint8_t>;
using Records = std::vector<Record>;

// Without the first byte, which names the revision. The last record may lack bytes at its end.
Records records_of(std::span<const std::uint8_t> bytes);
// `first` is the byte that names the revision.
std::vector<std::uint8_t> bytes_of(const Records &records, std::uint8_t first);

Records to_records(const scenario::Scenario &scenario);
scenario::Scenario to_scenario(const Records &records);

// The same record with one byte of its payload smaller: 0, half of it, one less.
std::vector<Record> simpler(const Record &record);

} // namespace generators
