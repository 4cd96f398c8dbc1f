// SPDX-License-Identifier: GPL-2.0-only
#include "property_tests/steps.hpp"

#include "drivers/registry.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <fstream>

namespace property_tests {
namespace {

// Tags of the wire form's records, see scenario/wire.hpp.
enum Tag : std::uint8_t {
    tag_soft_reserved = 0,
    tag_window = 2,
    tag_region = 3,
    tag_actor = 5,
    tag_operation = 6,
    tag_indexed_switch = 8,
};

// No nudge: both ends on the grid.
constexpr std::uint8_t on_grid = 0;
constexpr std::uint8_t units = 32;
constexpr std::uint8_t lengths = 4;

void append(std::vector<std::uint8_t> &bytes, const Step &step)
{
    const auto start = static_cast<std::uint8_t>(step.first % units);
    const auto length = static_cast<std::uint8_t>(step.second % lengths);
    switch (step.kind) {
    case StepKind::operation:
        bytes.insert(bytes.end(), {tag_operation, step.first, step.second});
        break;
    case StepKind::indexed_switch:
        bytes.insert(bytes.end(), {tag_indexed_switch, step.first, step.second});
        break;
    case StepKind::soft_reserved:
        bytes.insert(bytes.end(), {tag_soft_reserved, start, length, on_grid, 0});
        break;
    case StepKind::window:
        bytes.insert(bytes.end(), {tag_window, 0, start, length, on_grid});
        break;
    case StepKind::region:
        bytes.insert(bytes.end(), {tag_region, 0, start, length, on_grid,
                                   static_cast<std::uint8_t>(step.third & 3)});
        break;
    case StepKind::actor:
        bytes.push_back(tag_actor);
        break;
    }
}

} // namespace

scenario::Scenario build(const std::vector<Step> &steps)
{
    std::vector<std::uint8_t> bytes = {0};
    for (const Step &step : steps)
        append(bytes, step);
    return scenario::decode(bytes, drivers::revision_ids());
}

std::string keep_counterexample(const scenario::Scenario &scenario, const std::string &name)
{
    const std::string path = "counterexample-" + name + ".toml";
    std::ofstream file(path, std::ios::trunc);
    file << scenario::print_text(scenario);
    return file ? path : "(could not be written)";
}

} // namespace property_tests
