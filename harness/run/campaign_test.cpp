// SPDX-License-Identifier: GPL-2.0-only
// What a campaign came across: which owner an operation met, what counts once a run, what does not count.
#include "run/campaign.hpp"
#include "run/testing.hpp"

#include <gtest/gtest.h>

namespace run::testing {
namespace {

using scenario::OperationCode;

void add_run(Campaign &campaign, const scenario::Scenario &scenario, std::string_view id)
{
    Machine machine;
    const Result result = machine.run(revision(id), scenario);
    campaign.add(result, properties::findings(result.verdict, {scenario, result.events}));
}

// The states in which the operation began, one bit each.
std::vector<std::string_view> states(const Campaign &campaign, OperationCode code)
{
    std::vector<std::string_view> seen;
    for (std::size_t i = 0; i < ownerships; ++i)
        if (campaign.operations[static_cast<std::size_t>(code)][i] > 0)
            seen.push_back(ownership_text(static_cast<Ownership>(i)));
    return seen;
}

using States = std::vector<std::string_view>;

// One range of Soft Reserved memory, a window over it, and what the caller adds to the layout.
std::string story(std::string_view layout, std::string_view operations,
                  std::string_view switches = "")
{
    return "switches = [" + std::string(switches) + R"(]
[layout]
soft_reserved = [{ range = "0x100000000-0x13fffffff" }]
windows = [{ name = "window0", range = "0x100000000-0x1ffffffff" }]
)" + std::string(layout) +
           "\n[[actor]]\nname = \"admin\"\nops = [" + std::string(operations) + "]\n";
}

Campaign ran(const std::string &text)
{
    Campaign campaign;
    add_run(campaign, parse(text), "mainline");
    EXPECT_EQ(campaign.without_verdict, 0u);
    return campaign;
}

constexpr std::string_view whole_region =
    R"(regions = [{ name = "region0", range = "0x100000000-0x13fffffff" }])";

// The range is resolved, and what waits for that has gone on, before dax_cxl is unloaded.
constexpr std::string_view decided_first = R"("admin before operation dax_cxl #2 -> resolution")";

} // namespace

TEST(Campaign, AnOperationBeginsWhileNobodyHasTheRangeOrItIsDeferredOrHmemHasIt)
{
    const Campaign free = ran(story("", R"("modprobe dax_hmem")"));
    EXPECT_EQ(states(free, OperationCode::modprobe), States{"nobody"});
    const Campaign waiting =
        ran(story("", R"("slow-probe start", "modprobe dax_hmem", "slow-probe end")"));
    EXPECT_EQ(states(waiting, OperationCode::slow_probe_end), States{"deferred"});
    const Campaign owned = ran(story("", R"("modprobe dax_cxl", "rmmod dax_cxl")", decided_first));
    EXPECT_EQ(states(owned, OperationCode::rmmod), States{"HMEM"});
}

TEST(Campaign, AnOperationBeginsWhileCxlHasTheRange)
{
    const Campaign campaign =
        ran(story(whole_region, R"("modprobe dax_cxl", "rmmod dax_cxl")", decided_first));
    EXPECT_EQ(states(campaign, OperationCode::rmmod), States{"CXL"});
}

TEST(Campaign, AnOperationBeginsWhereNothingIsSoftReserved)
{
    const Campaign campaign = ran("[[actor]]\nname = 'admin'\nops = ['modprobe dax_hmem']\n");
    EXPECT_EQ(states(campaign, OperationCode::modprobe), States{"no range"});
    EXPECT_EQ(states(campaign, OperationCode::rmmod), States{}) << "of the harness, at the end";
}

TEST(Campaign, CountsRunsAndNotHowOftenSomethingComesUpInOne)
{
    const std::string text = story("", R"("modprobe dax_hmem", "modprobe dax_hmem")");
    const auto point = static_cast<std::size_t>(kernel::Point::operation);
    Campaign campaign = ran(text);
    EXPECT_EQ(campaign.points[point], 1u);
    add_run(campaign, parse(text), "mainline");
    EXPECT_EQ(campaign.points[point], 2u);
    EXPECT_EQ(campaign.runs, 2u);
}

TEST(Campaign, CountsCallsThatFailedPropertiesThatFiredAndOutcomesThatWereMet)
{
    Campaign campaign;
    add_run(campaign, regression("v8-1-reference-leaked.toml"), "v8");
    EXPECT_EQ(campaign.sites[static_cast<std::size_t>(kernel::Site::driver_register)], 1u);
    EXPECT_EQ(campaign.sites[static_cast<std::size_t>(kernel::Site::memregion_alloc)], 0u);
    const auto missing_put = static_cast<std::size_t>(properties::Property::missing_put_device);
    EXPECT_EQ(campaign.properties[missing_put], 1u);
    EXPECT_EQ(std::count(campaign.properties.begin(), campaign.properties.end(), 0u),
              static_cast<std::ptrdiff_t>(properties::property_count - 1));
    EXPECT_EQ(std::count(campaign.exceptions.begin(), campaign.exceptions.end(), 0u),
              static_cast<std::ptrdiff_t>(properties::exceptions().size()));

    add_run(campaign, regression("ml-13-unaligned-range.toml"), "mainline");
    const auto rows = properties::exceptions();
    for (std::size_t i = 0; i < rows.size(); ++i)
        EXPECT_EQ(campaign.exceptions[i], rows[i].id == "ML-13" ? 1u : 0u) << rows[i].id;
}

TEST(Campaign, ARunWithoutAVerdictExercisesNothing)
{
    Campaign campaign;
    scenario::Scenario scenario = parse(story("", R"("modprobe dax_hmem")"));
    scenario.layout.config.builtin.add(kernel::Word::dax_hmem);
    add_run(campaign, scenario, "mainline");
    EXPECT_EQ(campaign.runs, 1u);
    EXPECT_EQ(campaign.without_verdict, 1u);
    EXPECT_EQ(states(campaign, OperationCode::modprobe), States{});
}

} // namespace run::testing
