// SPDX-License-Identifier: GPL-2.0-only
#include "generators/records.hpp"

#include "drivers/registry.hpp"
#include "scenario/wire.hpp"
#include "scenario/wire_format.hpp"

#include <algorithm>
#include <array>

namespace generators {

Records records_of(std::span<const std::uint8_t> bytes)
{
    Records records;
    for (std::size_t next = 1; next < bytes.size();) {
        const auto kind = scenario::wire::tags[bytes[next] % scenario::wire::tags_count];
        const std::size_t size = 1 + scenario::wire::payload_bytes[static_cast<std::size_t>(kind)];
        const auto record = bytes.subspan(next, std::min(size, bytes.size() - next));
        records.emplace_back(record.begin(), record.end());
        next += record.size();
    }
    return records;
}

std::vector<std::uint8_t> bytes_of(const Records &records, std::uint8_t first)
{
    std::vector<std::uint8_t> bytes = {first};
    for (const Record &record : records)
        bytes.insert(bytes.end(), record.begin(), record.end());
    return bytes;
}

Records to_records(const scenario::Scenario &scenario)
{
    return records_of(scenario::encode(scenario, drivers::revision_ids()));
}

scenario::Scenario to_scenario(const Records &records)
{
    return scenario::decode(bytes_of(records, 0), drivers::revision_ids());
}

std::vector<Record> simpler(const Record &record)
{
    std::vector<Record> all;
    for (std::size_t i = 1; i < record.size(); ++i) {
        const std::uint8_t value = record[i];
        const std::array<int, 3> smaller = {0, value / 2, value - 1};
        for (std::size_t j = 0; value > 0 && j < smaller.size(); ++j) {
            if (j > 0 && smaller[j] == smaller[j - 1])
                continue;
            all.push_back(record);
            all.back()[i] = static_cast<std::uint8_t>(smaller[j]);
        }
    }
    return all;
}

} // namespace generators
