// SPDX-License-Identifier: GPL-2.0-only
// hmem_platform.1, which a test module brings along (UPSTREAM.md 4.2), on every revision: what its
// walk and the queries answer, how it comes and goes, and the stories it was made for (ML-5, V8-3).
#include "run/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace run::testing {

using kernel::Event;
using kernel::EventKind;
using kernel::name_of;
using kernel::Word;

namespace {

constexpr kernel::Name second = name_of(Word::hmem_platform, 1);

//   address     4      4.25     4.5             8   GiB
//   window0                      |==============|
//   SR0         |------|
//   second      .                |----|
constexpr const char *machine_with_one_range = R"(
[layout]
soft_reserved = [{ range = "0x100000000-0x10fffffff" }]
windows = [{ name = "window0", range = "0x120000000-0x1ffffffff" }]
)";
constexpr kernel::Range second_range = {0x120000000, 0x12fffffff};

scenario::Operation add() { return {scenario::OperationCode::add, second}; }
scenario::Operation del() { return {scenario::OperationCode::del, second}; }
scenario::Operation load(Word module)
{
    return {scenario::OperationCode::modprobe, name_of(module)};
}
scenario::Operation unload(Word module)
{
    return {scenario::OperationCode::rmmod, name_of(module)};
}

struct SecondDevice : ::testing::Test {
    scenario::Scenario scenario = parse(machine_with_one_range);
    Machine machine;

    SecondDevice() { scenario.layout.hmem_platform_1 = scenario::MemoryRange{second_range, 0}; }
    void region0(kernel::Range range, scenario::Assembly assembly = scenario::Assembly::ok)
    {
        scenario.layout.regions.push_back({0, range, assembly});
    }
    void actor(std::vector<scenario::Operation> operations)
    {
        const std::string name = "a" + std::to_string(scenario.actors.size());
        scenario.actors.push_back({name, std::move(operations)});
    }
    Result run(std::string_view id) { return machine.run(revision(id), scenario); }
    std::vector<std::string> found(std::string_view id)
    {
        const Result result = run(id);
        EXPECT_EQ(result.unmodelled, nullptr);
        return identities(result, scenario);
    }
};

using Found = std::vector<std::string>;

std::vector<int> results_of(const Result &result, scenario::OperationCode code)
{
    std::vector<int> results;
    for (const Event &event : result.events)
        if (event.kind == EventKind::operation_done &&
            event.detail == static_cast<std::uint8_t>(code))
            results.push_back(event.value);
    return results;
}

std::vector<kernel::Range> visited_by(const Result &result, kernel::Name host)
{
    std::vector<kernel::Range> ranges;
    for (const Event &event : result.events)
        if (event.kind == EventKind::visit_begin && event.object == host)
            ranges.push_back({event.start, event.end});
    return ranges;
}

int count(const Result &result, EventKind kind, kernel::Name object)
{
    return static_cast<int>(
        std::count_if(result.events.begin(), result.events.end(), [&](const Event &event) {
            return event.kind == kind && event.object == object;
        }));
}

} // namespace

TEST_F(SecondDevice, WalksItsOwnRangeOnlyAndTheFirstDeviceDoesNotSeeThat)
{
    actor({add(), load(Word::dax_hmem)});
    const kernel::Range first_range = scenario.layout.soft_reserved[0].range;
    for (const drivers::Revision &tested : drivers::revisions()) {
        const Result result = machine.run(tested, scenario);
        for (const kernel::Range range : visited_by(result, second))
            EXPECT_EQ(range, second_range);
        for (const kernel::Range range : visited_by(result, name_of(Word::hmem_platform, 0)))
            EXPECT_EQ(range, first_range);
        // v6 has one work, which the first device has taken: the second one's probe fails.
        EXPECT_EQ(visited_by(result, second).empty(), tested.id == "v6") << tested.id;
        EXPECT_FALSE(visited_by(result, name_of(Word::hmem_platform, 0)).empty()) << tested.id;
    }
}

// cxl_test's two outcomes (ndctl's cxl-dax-hmem.sh): CXL claims, or assembly fails and HMEM does.
TEST_F(SecondDevice, IsResolvedLikeTheFirstOne)
{
    actor({add(), load(Word::dax_cxl)});
    region0(second_range);
    EXPECT_EQ(found("mainline"), Found{});
    EXPECT_EQ(count(run("mainline"), EventKind::dax_region_added, name_of(Word::dax_region, 0)), 1);
    scenario.layout.regions[0].assembly = scenario::Assembly::fail;
    EXPECT_EQ(found("mainline"), Found{});
    const Result failed = run("mainline");
    EXPECT_EQ(count(failed, EventKind::dax_region_added, name_of(Word::dax_region, 0)), 0);
    int children = 0;
    for (const Event &event : failed.events)
        children += event.kind == EventKind::dax_region_added && event.object.word == Word::hmem &&
                    event.start == second_range.start;
    EXPECT_EQ(children, 1);
}

TEST_F(SecondDevice, IsThereOnceAndCanComeBack)
{
    actor({add(), add(), del(), del(), add()});
    for (const drivers::Revision &tested : drivers::revisions()) {
        const Result result = machine.run(tested, scenario);
        EXPECT_EQ(results_of(result, scenario::OperationCode::add), (std::vector{0, -EEXIST, 0}));
        // The last one is the epilogue's.
        EXPECT_EQ(results_of(result, scenario::OperationCode::del), (std::vector{0, -ENOENT, 0}));
        EXPECT_EQ(count(result, EventKind::device_freed, second), 2);
        EXPECT_TRUE(identities(result, scenario).empty()) << tested.id;
    }
}

TEST_F(SecondDevice, IsNotThereWithoutARangeInTheLayout)
{
    scenario.layout.hmem_platform_1.reset();
    actor({add(), del()});
    const Result result = run("mainline");
    EXPECT_EQ(results_of(result, scenario::OperationCode::add), std::vector{-ENODEV});
    EXPECT_EQ(results_of(result, scenario::OperationCode::del), std::vector{-ENODEV});
}

TEST_F(SecondDevice, DoesNotComeWhereTheFirstOneHasARange)
{
    scenario.layout.hmem_platform_1->range = {0x108000000, 0x117ffffff};
    actor({add(), load(Word::dax_hmem)});
    const Result result = run("mainline");
    EXPECT_EQ(results_of(result, scenario::OperationCode::add), std::vector{-ENODEV});
    EXPECT_TRUE(visited_by(result, second).empty());
}

// did_probe is the object's: the next life begins with a resolution of its own.
TEST_F(SecondDevice, StartsAfreshAfterItWasDeleted)
{
    actor({load(Word::dax_hmem), add(), load(Word::dax_cxl), unload(Word::dax_cxl), del(), add()});
    EXPECT_EQ(found("mainline"), Found{});
    int resolutions = 0;
    for (const Event &event : run("mainline").events)
        resolutions +=
            event.kind == EventKind::walk_begin && event.value != 0 && event.object == second;
    EXPECT_EQ(resolutions, 2);
}

// ML-5: the flush covers only what is queued. dax_cxl has registered and has the region's dax region
// when the device comes; HMEM decides to own the range, and is refused (-12).
TEST_F(SecondDevice, AddedAfterDaxCxlRegisteredItComesTooLate)
{
    region0({second_range.start, second_range.start + 0x7ffffff});
    actor({load(Word::dax_cxl), add()});
    // The registration and the probe it causes run before the device comes.
    scenario.switches.push_back({.role = kernel::actor_role(0),
                                 .point = kernel::Point::operation,
                                 .object = second,
                                 .arrival = 1,
                                 .target = kernel::role_of(Word::cxl_register)});
    const Result result = run("mainline");
    std::vector<std::string> story;
    for (const Event &event : result.events) {
        if (event.kind == EventKind::driver_registered && event.object.word == Word::cxl_dax_region)
            story.emplace_back("dax_cxl registered");
        if (event.kind == EventKind::dax_region_added && event.object.word == Word::dax_region)
            story.emplace_back("CXL claims");
        if (event.kind == EventKind::work_queued && event.object.word == Word::resolution)
            story.emplace_back("deferred");
        if (event.kind == EventKind::dax_region_conflict && event.object.word == Word::hmem)
            story.emplace_back("HMEM is refused");
    }
    EXPECT_EQ(story, (std::vector<std::string>{"dax_cxl registered", "CXL claims", "deferred",
                                               "HMEM is refused"}));
    EXPECT_EQ(identities(result, scenario), Found{"lost-range:process_defer_work"});
}

// V8-3: the flag and the work are the first device's. (a) It is resolved: the second one's range is
// left to CXL for ever. (b) It is pending: the second one's probe is refused.
TEST_F(SecondDevice, IsConfusedWithTheFirstOneBeforeMainline)
{
    scenario.layout.soft_reserved[0].range = {0x140000000, 0x14fffffff}; // in the window, too
    actor({load(Word::dax_cxl), unload(Word::dax_cxl), add()});
    EXPECT_EQ(found("v8"), Found{"lost-range:dax_hmem_platform_probe"});
    EXPECT_EQ(found("mainline"), Found{});
    scenario.actors.clear();
    actor({load(Word::dax_hmem), add()});
    const Result pending = run("v8");
    std::vector<int> probes;
    for (const Event &event : pending.events)
        if (event.kind == EventKind::probe_end && event.object == second)
            probes.push_back(event.value);
    EXPECT_EQ(probes, std::vector{-EBUSY});
}

} // namespace run::testing
