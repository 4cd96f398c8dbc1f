// SPDX-License-Identifier: GPL-2.0-only
// Round trips between bytes, scenarios and text: every byte string is a scenario, and every
// scenario is a byte string and a text.
#include "scenario/test_scenarios.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <gtest/gtest.h>

#include <set>

namespace scenario {
namespace {

using test::Random;

using Bytes = std::vector<std::uint8_t>;

constexpr std::array<std::string_view, 3> ids = {"pre", "v7", "v7-static-init"};

Scenario decoded(const Bytes &bytes) { return decode(bytes, ids); }
Bytes encoded(const Scenario &scenario) { return encode(scenario, ids); }

Scenario parsed(std::string_view text)
{
    const auto result = parse_text(text);
    if (const auto *error = std::get_if<TextError>(&result)) {
        ADD_FAILURE() << error->line << ':' << error->column << ": " << error->message << '\n'
                      << text;
        return {};
    }
    return std::get<Scenario>(result);
}

// What the wire form does not carry, taken away.
Scenario wire_part(Scenario scenario)
{
    scenario.title.clear();
    scenario.shows.clear();
    scenario.source.clear();
    scenario.expect.clear();
    scenario.owners.clear();
    scenario.open = false;
    for (std::size_t i = 0; i < scenario.actors.size(); ++i)
        scenario.actors[i].name = "actor" + std::to_string(i);
    return scenario;
}

TEST(WireRoundTrip, EverythingTextHoldsComesBack)
{
    const Scenario scenario = parsed(test::everything);
    EXPECT_EQ(decoded(encoded(scenario)), wire_part(scenario));
}

// What the scenario was before leaves no trace.
TEST(WireRoundTrip, DecodingIntoAScenarioThatIsThereIsTheSame)
{
    Random random(5);
    Scenario used = parsed(test::everything);
    for (int i = 0; i < 10'000; ++i) {
        const Bytes bytes = test::random_bytes(random, 200);
        decode(bytes, ids, used);
        ASSERT_EQ(used, decoded(bytes)) << print_text(used);
    }
}

TEST(WireRoundTrip, RandomScenariosComeBack)
{
    Random random(3);
    for (int i = 0; i < 10'000; ++i) {
        Scenario scenario = test::random_scenario(random);
        scenario.revision =
            std::array<std::string_view, 4>{"", "pre", "v7", "v7-static-init"}[i % 4];
        const Bytes bytes = encoded(scenario);
        ASSERT_LE(bytes.size(), bounds::wire_bytes_max);
        ASSERT_EQ(decoded(bytes), scenario) << print_text(scenario);
    }
}

TEST(WireRoundTrip, RandomBytesDecodeToWhatTheirEncodingDecodesTo)
{
    Random random(4);
    for (int i = 0; i < 100'000; ++i) {
        const Bytes bytes = test::random_bytes(random, i % 100 == 0 ? 3000 : 200);
        const Scenario scenario = decoded(bytes);
        const Bytes canonical = encoded(scenario);
        ASSERT_EQ(decoded(canonical), scenario) << print_text(scenario);
        ASSERT_EQ(encoded(decoded(canonical)), canonical);
    }
}

TEST(WireRoundTrip, DecodedScenariosReadAsTheyWerePrinted)
{
    Random random(5);
    for (int i = 0; i < 5000; ++i) {
        const Scenario scenario = decoded(test::random_bytes(random, i % 100 == 0 ? 3000 : 200));
        const std::string text = print_text(scenario);
        ASSERT_EQ(parsed(text), scenario) << text;
        ASSERT_EQ(print_text(parsed(text)), text);
    }
}

TEST(WireRoundTrip, RandomBytesReachEveryWord)
{
    Random random(6);
    std::set<std::string> seen;
    for (int i = 0; i < 20'000; ++i) {
        const Scenario scenario = decoded(test::random_bytes(random, 300));
        for (const Actor &actor : scenario.actors)
            for (const Operation &operation : actor.operations)
                seen.insert(std::string(operation_row(operation.code).text));
        for (const Switch &item : scenario.switches)
            seen.insert(item.indexed ? "indexed"
                                     : "point " + std::string(kernel::point_text(item.point)));
        for (const Fault &fault : scenario.faults) {
            seen.insert("role " + std::string(kernel::word_text(fault.role.kind)));
            seen.insert(fault.nth ? "nth" : "site " + std::string(kernel::site_text(fault.site)));
        }
    }
    EXPECT_EQ(seen.size(), operation_codes + points_count + sites_count + role_kinds.size() + 2);
}

} // namespace
} // namespace scenario
