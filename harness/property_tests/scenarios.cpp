// SPDX-License-Identifier: GPL-2.0-only
#include "property_tests/scenarios.hpp"

#include "generators/scenarios.hpp"
#include "scenario/text.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace property_tests {
namespace {

using generators::Record;
using generators::Records;

// RapidCheck's randomness as the generators want it.
class Drawn final : public generators::Source {
public:
    explicit Drawn(const rc::Random &random) : random_(random) {}
    std::uint64_t next() override { return random_.next(); }

private:
    rc::Random random_;
};

Records draw(const rc::Random &random, int size)
{
    const auto part = [&](std::size_t whole) {
        return (whole * static_cast<std::size_t>(size) + rc::kNominalSize - 1) / rc::kNominalSize;
    };
    const generators::Size most;
    Drawn source(random);
    return generators::to_records(
        generators::make_scenario(source, {part(most.shapes), part(most.operations),
                                           part(most.switches), part(most.faults)}));
}

rc::Seq<Record> smaller(const Record &record)
{
    return rc::seq::fromContainer(generators::simpler(record));
}

} // namespace

rc::Gen<Records> scenarios()
{
    return [](const rc::Random &random, int size) {
        return rc::shrinkable::shrinkRecur(draw(random, size), [](const Records &records) {
            return rc::seq::concat(rc::shrink::removeChunks(records),
                                   rc::shrink::eachElement(records, smaller));
        });
    };
}

std::string keep_counterexample(const scenario::Scenario &scenario, const std::string &name)
{
    const std::string path = testing::TempDir() + "counterexample-" + name + ".toml";
    std::ofstream file(path, std::ios::trunc);
    file << scenario::print_text(scenario);
    return file ? path : "(could not be written)";
}

} // namespace property_tests
