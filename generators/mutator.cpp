// SPDX-License-Identifier: GPL-2.0-only
#include "generators/mutator.hpp"

#include "drivers/registry.hpp"
#include "generators/edits.hpp"
#include "generators/records.hpp"
#include "generators/scenarios.hpp"
#include "scenario/wire.hpp"

#include <algorithm>

namespace generators {
namespace {

// One call in so many is left to bytes: they reach forms that no generator thinks of.
constexpr std::size_t bytes_one_in = 10;
// One call in so many starts from nothing: most bugs need a few operations on a fitting layout,
// which a new scenario has as often as a child of others. With one in twenty, and every crossing a
// crossing, bugs took 1.8 times as long (geometric mean of the medians of 29 bugs).
constexpr std::size_t fresh_one_in = 3;
// Of the other calls, one in so many is aimed by a run of the input.
constexpr std::size_t aim_one_in = 3;
// Engines ask for a crossing as often as for an edit. Of small scenarios, a child says little that
// its parents do not.
constexpr std::size_t cross_one_in = 2;
// Edits a call: 1 to 2^bits, mostly 1. A path to a deep bug is often several edits long, of which none
// alone is new to the engine.
constexpr unsigned edits_bits = 3;
// An edit may find nothing to do; then another is tried.
constexpr int attempts = 8;

// Random records go until the rest fits. A scenario without any record has one byte.
Bytes fitted(const scenario::Scenario &scenario, std::size_t size_max, Source &source)
{
    Bytes bytes = scenario::encode(scenario, drivers::revision_ids());
    if (bytes.size() <= size_max)
        return bytes;
    if (size_max == 0)
        return {};
    Records records = records_of(bytes);
    for (std::size_t size = bytes.size(); size > size_max;) {
        const auto dropped =
            records.begin() + static_cast<Records::difference_type>(source.below(records.size()));
        size -= dropped->size();
        records.erase(dropped);
    }
    return bytes_of(records, bytes[0]);
}

scenario::Scenario decoded(std::span<const std::uint8_t> input, Runs runs)
{
    scenario::Scenario scenario = scenario::decode(input, drivers::revision_ids());
    if (runs == Runs::sequential) {
        scenario.switches.clear();
        scenario.faults.clear();
    }
    return scenario;
}

Bytes by_bytes_alone(std::span<const std::uint8_t> input, std::size_t size_max,
                     ByteMutator by_bytes)
{
    const std::size_t size = std::min(input.size(), size_max);
    Bytes bytes(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size));
    bytes.resize(size_max);
    bytes.resize(std::min(by_bytes(bytes.data(), size, size_max), size_max));
    return bytes;
}

} // namespace

Bytes mutate(std::span<const std::uint8_t> input, std::size_t size_max, std::uint64_t seed,
             const Help &help)
{
    Seeded source(seed);
    if (help.by_bytes != nullptr && size_max > 0 && source.one_in(bytes_one_in))
        return by_bytes_alone(input, size_max, help.by_bytes);
    const scenario::Scenario before = decoded(input, help.runs);
    scenario::Scenario after = before;
    if (source.one_in(fresh_one_in)) {
        after = make_scenario(source, size_for(help.runs));
        after.revision = before.revision;
    } else if (help.look_ahead != nullptr && help.runs == Runs::scheduled &&
               source.one_in(aim_one_in)) {
        aim(after, help.look_ahead(before), source);
    }
    for (int i = 0; i < attempts && after == before; ++i)
        for (std::size_t more = source.magnitude(edits_bits); more > 0; --more)
            edit(after, source, help.runs);
    return fitted(after, size_max, source);
}

Bytes cross_over(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                 std::size_t size_max, std::uint64_t seed, const Help &help)
{
    Seeded source(seed);
    if (!source.one_in(cross_one_in))
        return mutate(left, size_max, source.next(), help);
    return fitted(cross(decoded(left, help.runs), decoded(right, help.runs), source), size_max,
                  source);
}

Bytes generate(std::size_t size_max, std::uint64_t seed, Runs runs)
{
    Seeded source(seed);
    return fitted(make_scenario(source, size_for(runs)), size_max, source);
}

} // namespace generators
