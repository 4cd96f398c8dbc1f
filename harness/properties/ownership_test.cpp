// SPDX-License-Identifier: GPL-2.0-only
// The oracle of ownership on events written by hand: for each property a story in which it fires and
// the nearest one in which it must not.
#include "kernel/cxl.hpp"
#include "kernel/errno.hpp"
#include "kernel/module.hpp"
#include "properties/collector.hpp"

#include <gtest/gtest.h>

namespace properties {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::name_of;
using kernel::Range;
using kernel::Word;

constexpr Range range_a{0x100000000, 0x13fffffff};
constexpr Range range_b{0x140000000, 0x17fffffff};
constexpr Range both{0x100000000, 0x17fffffff};
constexpr Name host = name_of(Word::hmem_platform, 0);
constexpr Name second = name_of(Word::hmem_platform, 1);

// A run as its events, told step by step; every step is one call.
class Story {
public:
    Story &soft_reserved(Range range)
    {
        add(EventKind::soft_reserved, {}, range);
        return add(EventKind::hmem_range, {}, range);
    }
    Story &hmat_only(Range range) { return add(EventKind::hmem_range, {}, range); }
    Story &window(Range range)
    {
        return add(EventKind::window_published, name_of(Word::window, 0), range);
    }
    Story &withdraw(Range range)
    {
        return add(EventKind::window_withdrawn, name_of(Word::window, 0), range);
    }
    // `number` tells regions apart; a dax device could be made of those with `dax`.
    Story &region(Range range, int state, int number = 0, bool dax = false)
    {
        add(EventKind::region_state, name_of(Word::region, number), range, state);
        events_.back().extra = dax;
        return add(EventKind::device_added, name_of(Word::region, number), {});
    }
    // By the code under test, if `by_code`; by an administrator otherwise.
    Story &remove_region(Range range, int number, bool by_code)
    {
        add(EventKind::device_deleted, name_of(Word::region, number), {});
        add(EventKind::region_state, name_of(Word::region, number), range, -1);
        events_.back().extra = 1;
        events_.back().caller = by_code ? "work" : nullptr;
        return *this;
    }
    // The revision declares other rules than those of today.
    Story &declares(drivers::DecisionRule decision, drivers::LaterRule later)
    {
        intent_ = {decision, later};
        return *this;
    }
    // The work runs once more.
    Story &next_task()
    {
        ++task_;
        return *this;
    }
    Story &end_walk() { return add(EventKind::walk_end, host, {}); }
    // The first walk of an all-or-nothing resolution.
    Story &survey(std::vector<Range> ranges)
    {
        resolution();
        for (const Range range : ranges)
            drops(range);
        return end_walk();
    }
    Story &committed(Range range) { return region(range, kernel::CXL_CONFIG_COMMIT); }
    Story &dax_cxl_live()
    {
        return add(EventKind::module_state, name_of(Word::dax_cxl), {},
                   static_cast<int>(kernel::module_state::live));
    }
    Story &probe_walk() { return walk("probe", 0); }
    Story &resolution() { return walk("work", 1); }
    Story &visit(Range range) { return add(EventKind::visit_begin, host_, range); }
    Story &visited(Range range, int result = 0)
    {
        return add(EventKind::visit_end, host_, range, result);
    }
    // A visit that registers the range as hmem.N, which probes and claims it.
    Story &registers(Range range, int number)
    {
        return visit(range)
            .add_device(range, number)
            .claim(Word::hmem, number, range)
            .visited(range);
    }
    Story &add_device(Range range, int number)
    {
        add(EventKind::device_added, name_of(Word::hmem, number), range);
        return add(EventKind::probe_end, name_of(Word::hmem, number), {}, 0);
    }
    Story &delete_device(int number)
    {
        return add(EventKind::device_deleted, name_of(Word::hmem, number), {});
    }
    Story &claim(Word parent, int number, Range range)
    {
        return add(EventKind::dax_region_added, name_of(parent, number), range, number);
    }
    Story &refuse(Word parent, int number, Range range)
    {
        return add(EventKind::dax_region_conflict, name_of(parent, number), range);
    }
    Story &fault() { return add(EventKind::fault, host, {}, -12); }
    Story &release(Word parent, int number)
    {
        return add(EventKind::dax_region_removed, name_of(parent, number), {});
    }
    // daxN.0 of the claim with this id.
    Story &online(int id, Range range)
    {
        return add(EventKind::memory_online, name_of(Word::dax, id, 0), range);
    }
    Story &offline(int id, Range range)
    {
        return add(EventKind::memory_offline, name_of(Word::dax, id, 0), range);
    }
    Story &refused(int id, Range range)
    {
        add(EventKind::memory_refused, name_of(Word::dax, id, 0), range, -EBUSY);
        events_.back().detail = static_cast<std::uint8_t>(kernel::Refusal::busy);
        return *this;
    }
    // The second device comes with its range, or goes.
    Story &second_device(Range range, bool there)
    {
        const EventKind kind = there ? EventKind::device_added : EventKind::device_deleted;
        add(kind, second, {});
        return add(EventKind::mock_range, second, range, there ? 1 : 0);
    }
    Story &by(Name device)
    {
        host_ = device;
        return *this;
    }
    Story &on_task(std::uint16_t task)
    {
        task_ = task;
        return *this;
    }
    Story &drops(Range range) { return visit(range).visited(range); }
    Story &unbind(Name device) { return add(EventKind::unbind_begin, device, {}); }

    // "property:cause object" of what the oracle finds when the run comes to rest here.
    std::vector<std::string> found(bool defers_to_cxl = true)
    {
        rest();
        Collector collector(events_);
        judge_ownership({intent_, defers_to_cxl}, events_, collector, unowned_);
        std::vector<std::string> lines;
        for (const Violation &violation : collector.take())
            lines.push_back(identity(violation) + " " + kernel::to_string(violation.object));
        return lines;
    }
    std::vector<Unowned> unowned()
    {
        found();
        return unowned_;
    }

private:
    Story &walk(const char *function, int resolution)
    {
        function_ = function;
        return add(EventKind::walk_begin, host_, {}, resolution);
    }
    void rest() { add(EventKind::phase, {}, {}, static_cast<int>(kernel::Phase::epilogue)); }
    Story &add(EventKind kind, Name object, Range range, int value = 0)
    {
        Event event;
        event.kind = kind;
        event.task = task_;
        event.object = object;
        event.value = value;
        event.start = range.start;
        event.end = range.end;
        event.function = function_;
        events_.push_back(event);
        return *this;
    }

    const char *function_ = "init";
    Name host_ = host;
    std::uint16_t task_ = 1;
    drivers::Intent intent_{};
    std::vector<Event> events_;
    std::vector<Unowned> unowned_;
};

using Found = std::vector<std::string>;

} // namespace

TEST(DoubleRegistration, FiresForASecondDeviceOfTheRange)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .probe_walk()
                  .registers(range_a, 1)
                  .add_device(range_a, 2)
                  .found(),
              Found{"double-registration:probe hmem.2"});
}

TEST(DoubleRegistration, IsSilentForTheRangeNextToIt)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .soft_reserved(range_b)
                  .probe_walk()
                  .registers(range_a, 1)
                  .registers(range_b, 2)
                  .found(),
              Found{});
}

TEST(DoubleRegistration, IsSilentAfterTheFirstDeviceIsGone)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .probe_walk()
                  .registers(range_a, 1)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .probe_walk()
                  .registers(range_a, 1)
                  .found(),
              Found{});
}

TEST(DoubleClaim, FiresWhenOneByteIsInTwoDaxRegions)
{
    const Range last_byte{range_a.end, range_b.end};
    EXPECT_EQ(Story().claim(Word::hmem, 1, range_a).claim(Word::dax_region, 0, last_byte).found(),
              Found{"double-claim:init dax_region0"});
}

TEST(DoubleClaim, IsSilentForDaxRegionsThatTouch)
{
    EXPECT_EQ(Story().claim(Word::hmem, 1, range_a).claim(Word::dax_region, 0, range_b).found(),
              Found{});
}

TEST(RepeatedResolution, FiresAtTheSecondWalkOfAWork)
{
    EXPECT_EQ(Story().resolution().resolution().found(),
              Found{"repeated-resolution:work hmem_platform.0"});
}

TEST(RepeatedResolution, IsSilentWhenTheSecondWalkIsAProbes)
{
    EXPECT_EQ(Story().resolution().probe_walk().found(), Found{});
}

TEST(WrongOwner, FiresWhenAResolutionRegistersWhatARegionContains)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(range_a)
                  .resolution()
                  .registers(range_a, 1)
                  .found(),
              (Found{"wrong-owner:work hmem_platform.0"}));
}

TEST(WrongOwner, IsSilentWhenTheRegionIsOneByteShort)
{
    const Range short_region{range_a.start, range_a.end - 1};
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(short_region)
                  .resolution()
                  .registers(range_a, 1)
                  .found(),
              Found{});
}

TEST(WrongOwner, IsSilentWhenTheRegionIsNotCommitted)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .region(range_a, kernel::CXL_CONFIG_RESET_PENDING)
                  .resolution()
                  .registers(range_a, 1)
                  .found(),
              Found{});
}

TEST(WrongOwner, FiresWhenAResolutionDropsWhatNoRegionContains)
{
    EXPECT_EQ(Story().soft_reserved(range_a).window(both).resolution().drops(range_a).found(),
              (Found{"wrong-owner:work hmem_platform.0", "lost-range:work hmem_platform.0"}));
}

TEST(WrongOwner, FiresWhenTheFirstProbeRegistersAWindowRange)
{
    EXPECT_EQ(
        Story().soft_reserved(range_a).window(both).probe_walk().registers(range_a, 1).found(),
        (Found{"wrong-owner:probe hmem_platform.0"}));
}

TEST(WrongOwner, IsSilentWhenTheWindowEndsOneByteBeforeTheRange)
{
    EXPECT_EQ(
        Story().soft_reserved(range_b).window(range_a).probe_walk().registers(range_b, 1).found(),
        Found{});
}

TEST(WrongOwner, FiresWhenAProbeAfterTheResolutionRegistersAWindowRange)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(both)
                  .resolution()
                  .drops(range_a)
                  .probe_walk()
                  .registers(range_a, 1)
                  .found(),
              (Found{"wrong-owner:probe hmem_platform.0"}));
}

TEST(WrongOwner, FiresWhenAProbeDropsWhatTouchesNoWindow)
{
    EXPECT_EQ(Story().soft_reserved(range_a).probe_walk().drops(range_a).found(),
              (Found{"wrong-owner:probe hmem_platform.0", "lost-range:probe hmem_platform.0"}));
}

TEST(WrongOwner, AcceptsEitherDecisionWhenTheFactsChangeDuringTheVisit)
{
    for (const bool registers : {false, true}) {
        Story story;
        story.soft_reserved(range_a)
            .window(both)
            .dax_cxl_live()
            .resolution()
            .visit(range_a)
            .committed(both);
        if (registers)
            story.add_device(range_a, 1).claim(Word::hmem, 1, range_a);
        else
            story.claim(Word::dax_region, 0, both);
        EXPECT_EQ(story.visited(range_a).found(), Found{}) << registers;
    }
}

TEST(WrongOwner, SaysNothingOfAVisitThatFailed)
{
    EXPECT_EQ(
        Story().soft_reserved(range_a).probe_walk().visit(range_a).visited(range_a, -12).found(),
        Found{"lost-range:probe hmem_platform.0"});
}

TEST(WrongOwner, DoesNotAskForWhatIsNotSoftReserved)
{
    EXPECT_EQ(Story().hmat_only(range_a).probe_walk().drops(range_a).found(), Found{});
}

TEST(WrongOwner, GivesWindowRangesToHmemWithoutDevDaxCxl)
{
    EXPECT_EQ(
        Story().soft_reserved(range_a).window(both).probe_walk().registers(range_a, 1).found(false),
        Found{});
}

TEST(LostRange, FiresWhenHmemsDaxRegionIsMissing)
{
    Story story;
    story.soft_reserved(range_a).probe_walk().visit(range_a).visited(range_a);
    EXPECT_EQ(story.found(),
              (Found{"wrong-owner:probe hmem_platform.0", "lost-range:probe hmem_platform.0"}));
}

TEST(LostRange, FiresWhenCxlHasNoDaxRegionOfItsCommittedRegion)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(both)
                  .dax_cxl_live()
                  .resolution()
                  .drops(range_a)
                  .found(),
              Found{"lost-range:work hmem_platform.0"});
}

TEST(LostRange, IsSilentWhenDaxCxlIsNotLoaded)
{
    Story story;
    story.soft_reserved(range_a).window(both).committed(both).resolution().drops(range_a);
    EXPECT_EQ(story.found(), Found{});
    EXPECT_EQ(story.unowned().at(0).why, "dax_cxl is not loaded");
}

TEST(LostRange, IsSilentWhenCxlHasIt)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(both)
                  .dax_cxl_live()
                  .resolution()
                  .drops(range_a)
                  .claim(Word::dax_region, 0, both)
                  .found(),
              Found{});
}

TEST(LostRange, IsSilentWhenTwoDaxRegionsCoverARangeThatWasLeftToCxl)
{
    EXPECT_EQ(Story()
                  .soft_reserved(both)
                  .window(both)
                  .resolution()
                  .registers(both, 1)
                  .unbind(host)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .probe_walk()
                  .drops(both)
                  .claim(Word::dax_region, 0, range_a)
                  .claim(Word::dax_region, 1, range_b)
                  .found(),
              Found{});
}

TEST(LostRange, FiresWhenOneOfTwoDaxRegionsIsMissing)
{
    EXPECT_EQ(Story()
                  .soft_reserved(both)
                  .window(both)
                  .resolution()
                  .registers(both, 1)
                  .unbind(host)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .probe_walk()
                  .drops(both)
                  .claim(Word::dax_region, 1, range_b)
                  .found(),
              Found{"lost-range:probe hmem_platform.0"});
}

TEST(LostRange, IsSilentWhenTheRegionIsGone)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .committed(both)
                  .dax_cxl_live()
                  .resolution()
                  .drops(range_a)
                  .region(both, -1)
                  .found(),
              Found{});
}

// Both decisions were allowed; what counts at rest is the one the driver took.
TEST(LostRange, IsSilentWhenTheRegionIsGoneThatCommittedDuringTheVisit)
{
    Story story;
    story.soft_reserved(range_a)
        .window(both)
        .resolution()
        .visit(range_a)
        .committed(range_a)
        .visited(range_a)
        .region(range_a, kernel::CXL_CONFIG_IDLE);
    EXPECT_EQ(story.found(), Found{});
}

TEST(LostRange, DoesNotTakeTheRegionsClaimForHmemsWhenTheDriverRegisteredDuringSuchAVisit)
{
    Story story;
    story.soft_reserved(range_a)
        .window(both)
        .resolution()
        .visit(range_a)
        .add_device(range_a, 1)
        .committed(range_a)
        .visited(range_a)
        .claim(Word::dax_region, 0, range_a);
    ASSERT_EQ(story.unowned().size(), 1U);
    EXPECT_EQ(story.unowned()[0].why, "its hmem device was unbound");
}

TEST(LostRange, IsSilentWhenHmemKeepsWhatItHadBeforeTheRegionCame)
{
    Story story;
    story.soft_reserved(range_a)
        .probe_walk()
        .registers(range_a, 1)
        .window(both)
        .committed(range_a)
        .dax_cxl_live()
        .resolution()
        .drops(range_a);
    EXPECT_EQ(Story(story).found(), Found{});
    EXPECT_EQ(Story(story).release(Word::hmem, 1).delete_device(1).found(),
              Found{"lost-range:work hmem_platform.0"});
}

TEST(LostRange, FiresWhenAReloadLeavesTheRangeToACxlWithoutARegion)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .resolution()
                  .registers(range_a, 1)
                  .unbind(host)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .probe_walk()
                  .drops(range_a)
                  .found(),
              Found{"lost-range:probe hmem_platform.0"});
}

// ---------------------------------------------------------------- usable memory

TEST(UnusableRange, FiresWhenKmemRefusesTheMemoryOfTheOwner)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .probe_walk()
                  .registers(range_a, 1)
                  .refused(1, range_a)
                  .found(),
              Found{"unusable-range:probe hmem.1"});
}

TEST(UnusableRange, FiresForARegionThatIsNobodysSoftReservedRange)
{
    EXPECT_EQ(Story().claim(Word::dax_region, 0, range_a).refused(0, range_a).found(),
              Found{"unusable-range:init dax_region0"});
}

TEST(UnusableRange, IsSilentWhenTheMemoryIsOnline)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .probe_walk()
                  .registers(range_a, 1)
                  .online(1, range_a)
                  .found(),
              Found{});
}

// device_dax, or no driver at all: nobody tried.
TEST(UnusableRange, IsSilentWhenNobodyTriedToUseTheMemory)
{
    EXPECT_EQ(Story().claim(Word::dax_region, 0, range_a).found(), Found{});
}

TEST(UnusableRange, IsSilentWhenTheOwnerIsGone)
{
    EXPECT_EQ(Story()
                  .claim(Word::dax_region, 0, range_a)
                  .refused(0, range_a)
                  .release(Word::dax_region, 0)
                  .found(),
              Found{});
}

// The next owner is judged by what becomes of its own memory.
TEST(UnusableRange, IsSilentWhenTheNextOwnerOfThatNameHasItsMemoryOnline)
{
    EXPECT_EQ(Story()
                  .claim(Word::hmem, 1, range_a)
                  .refused(1, range_a)
                  .release(Word::hmem, 1)
                  .claim(Word::hmem, 1, range_a)
                  .online(1, range_a)
                  .found(),
              Found{});
}

// Memory that could not be taken offline again is in use.
TEST(UnusableRange, IsSilentWhenAnEarlierOwnerLeftTheMemoryOnline)
{
    Story story;
    story.claim(Word::hmem, 1, range_a)
        .online(1, range_a)
        .release(Word::hmem, 1)
        .claim(Word::hmem, 2, range_a)
        .refused(2, range_a);
    EXPECT_EQ(story.found(), Found{});
}

TEST(UnusableRange, FiresWhenTheEarlierOwnersMemoryIsOfflineOrOnlyAPart)
{
    Story offline;
    offline.claim(Word::hmem, 1, range_a)
        .online(1, range_a)
        .offline(1, range_a)
        .release(Word::hmem, 1)
        .claim(Word::hmem, 2, range_a)
        .refused(2, range_a);
    EXPECT_EQ(offline.found(), Found{"unusable-range:init hmem.2"});
    Story part;
    part.claim(Word::hmem, 1, range_a)
        .online(1, range_a)
        .release(Word::hmem, 1)
        .claim(Word::hmem, 2, both)
        .refused(2, both);
    EXPECT_EQ(part.found(), Found{"unusable-range:init hmem.2"});
}

// ---------------------------------------------------------------- the second device

TEST(SecondDevice, ItsRangeIsLostWhenItsResolutionNeverComes)
{
    EXPECT_EQ(Story().second_device(range_b, true).by(second).probe_walk().drops(range_b).found(),
              Found{"lost-range:probe hmem_platform.1"});
}

TEST(SecondDevice, ItsRangeIsHmemsWhenNoRegionContainsIt)
{
    Story story;
    story.second_device(range_b, true).by(second).probe_walk().drops(range_b);
    EXPECT_EQ(Story(story).resolution().registers(range_b, 1).found(), Found{});
    EXPECT_EQ(Story(story).committed(range_b).resolution().registers(range_b, 1).found(),
              Found{"wrong-owner:work hmem_platform.1"});
}

TEST(SecondDevice, ItsRangeIsNobodysOnceItIsGone)
{
    Story story;
    story.second_device(range_b, true)
        .by(second)
        .probe_walk()
        .drops(range_b)
        .second_device(range_b, false);
    EXPECT_EQ(Story(story).found(), Found{});
    EXPECT_TRUE(story.unowned().empty());
}

TEST(SecondDevice, IsInformationWhenNoWalkVisitedItsRange)
{
    Story story;
    story.second_device(range_b, true);
    EXPECT_EQ(Story(story).found(), Found{});
    const std::vector<Unowned> unowned = story.unowned();
    ASSERT_EQ(unowned.size(), 1U);
    EXPECT_EQ(unowned[0].range, range_b);
}

// A device's life ends when it is deleted: the next one of its name is resolved for the first time.
TEST(SecondDevice, MayBeResolvedAgainInItsNextLife)
{
    Story story;
    story.second_device(range_b, true).by(second).resolution().registers(range_b, 1);
    EXPECT_EQ(Story(story)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .second_device(range_b, false)
                  .second_device(range_b, true)
                  .resolution()
                  .registers(range_b, 1)
                  .found(),
              Found{});
    EXPECT_EQ(Story(story).resolution().drops(range_b).found(),
              Found{"repeated-resolution:work hmem_platform.1"});
}

// Its walk takes no lock: a probe's visit of the first device may lie within its resolution's.
TEST(SecondDevice, IsJudgedByItsOwnWalkWhileTheFirstOneIsWalked)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(range_a)
                  .second_device(range_b, true)
                  .by(second)
                  .resolution()
                  .visit(range_b)
                  .on_task(2)
                  .by(host)
                  .probe_walk()
                  .drops(range_a)
                  .on_task(1)
                  .by(second)
                  .add_device(range_b, 1)
                  .claim(Word::hmem, 1, range_b)
                  .visited(range_b)
                  .on_task(2)
                  .by(host)
                  .resolution()
                  .registers(range_a, 2)
                  .found(),
              Found{});
}

// One device's resolution says nothing about the other's.
TEST(SecondDevice, IsResolvedByItself)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(range_a)
                  .resolution()
                  .registers(range_a, 1)
                  .second_device(range_b, true)
                  .by(second)
                  .probe_walk()
                  .drops(range_b)
                  .resolution()
                  .registers(range_b, 2)
                  .found(),
              Found{});
}

TEST(LostRange, FiresWhenADeferredRangeIsNeverResolved)
{
    EXPECT_EQ(Story().soft_reserved(range_a).window(both).probe_walk().drops(range_a).found(),
              Found{"lost-range:probe hmem_platform.0"});
}

TEST(LostRange, IsInformationWhenAnAdministratorUnboundTheDevice)
{
    Story story;
    story.soft_reserved(range_a).window(both).probe_walk().drops(range_a).unbind(host);
    EXPECT_EQ(story.found(), Found{});
    EXPECT_EQ(story.unowned().at(0).why, "its hmem_platform device was unbound");
}

TEST(LostRange, IsInformationWhenNoWalkVisitedTheRange)
{
    Story story;
    story.soft_reserved(range_a);
    EXPECT_EQ(story.found(), Found{});
    EXPECT_EQ(story.unowned().at(0).why, "no walk visited it");
}

// ---------------------------------------------------------------- other declared rules

namespace {

using drivers::DecisionRule;
using drivers::LaterRule;

constexpr int committed_state = kernel::CXL_CONFIG_COMMIT;

Story window_rule()
{
    return Story()
        .declares(DecisionRule::window, LaterRule::again)
        .soft_reserved(range_a)
        .window(both);
}

Story dropped_rule()
{
    return Story()
        .declares(DecisionRule::dropped, LaterRule::again)
        .soft_reserved(range_a)
        .window(both);
}

Story chain_rule()
{
    return Story()
        .declares(DecisionRule::chain_of_regions, LaterRule::again)
        .soft_reserved(both)
        .window(both)
        .dax_cxl_live();
}

Story all_or_nothing()
{
    return Story()
        .declares(DecisionRule::all_or_nothing, LaterRule::keeps_the_mode)
        .soft_reserved(range_a)
        .soft_reserved(range_b)
        .window(both);
}

} // namespace

TEST(WindowRule, GivesTheRangeToCxlAtTheProbe)
{
    EXPECT_EQ(window_rule().probe_walk().registers(range_a, 1).found(),
              Found{"wrong-owner:probe hmem_platform.0"});
}

TEST(WindowRule, HoldsForEachProbe)
{
    const auto twice = [](Story story) {
        return story.committed(both).probe_walk().drops(range_a).probe_walk();
    };
    EXPECT_EQ(twice(window_rule()).drops(range_a).found(), Found{});
    EXPECT_EQ(twice(window_rule()).registers(range_a, 1).found(),
              Found{"wrong-owner:probe hmem_platform.0"});
}

// P-1: a window is not a region.
TEST(WindowRule, LosesTheRangeWhereNoRegionComes)
{
    EXPECT_EQ(window_rule().probe_walk().drops(range_a).found(),
              Found{"lost-range:probe hmem_platform.0"});
    EXPECT_EQ(window_rule()
                  .region(both, kernel::CXL_CONFIG_INTERLEAVE_ACTIVE)
                  .probe_walk()
                  .drops(range_a)
                  .found(),
              Found{"lost-range:probe hmem_platform.0"});
}

TEST(WindowRule, LosesNothingWhereCxlHasIt)
{
    EXPECT_EQ(window_rule()
                  .committed(both)
                  .dax_cxl_live()
                  .probe_walk()
                  .drops(range_a)
                  .claim(Word::dax_region, 0, both)
                  .found(),
              Found{});
}

TEST(DroppedRule, FiresWhenTheResolutionRegisters)
{
    EXPECT_EQ(dropped_rule().resolution().registers(range_a, 1).found(),
              Found{"wrong-owner:work hmem_platform.0"});
}

// V1-1: announced, not written.
TEST(DroppedRule, LosesTheRangeWhereNoRegionIs)
{
    EXPECT_EQ(dropped_rule().probe_walk().drops(range_a).resolution().drops(range_a).found(),
              Found{"lost-range:work hmem_platform.0"});
}

TEST(DroppedRule, LosesNothingWhereCxlHasIt)
{
    EXPECT_EQ(dropped_rule()
                  .committed(both)
                  .dax_cxl_live()
                  .resolution()
                  .drops(range_a)
                  .claim(Word::dax_region, 0, both)
                  .found(),
              Found{});
}

TEST(ChainRule, GivesARangeThatTwoRegionsMakeUpToCxl)
{
    const auto chain = [] {
        return chain_rule().committed(range_a).region(range_b, committed_state, 1).resolution();
    };
    EXPECT_EQ(chain()
                  .drops(both)
                  .claim(Word::dax_region, 0, range_a)
                  .claim(Word::dax_region, 1, range_b)
                  .found(),
              Found{});
    EXPECT_EQ(chain().registers(both, 1).found(),
              (Found{"wrong-owner:work hmem_platform.0", "lost-range:work hmem_platform.0"}));
}

TEST(ChainRule, GivesTheRangeToHmemWhereOneByteIsMissing)
{
    const Range later{range_b.start + 1, range_b.end};
    EXPECT_EQ(chain_rule()
                  .committed(range_a)
                  .region(later, committed_state, 1)
                  .resolution()
                  .registers(both, 1)
                  .found(),
              Found{});
}

TEST(ChainRule, GivesTheRangeToHmemWhereTheRegionIsLarger)
{
    const Range larger{both.start, both.end + 1};
    EXPECT_EQ(chain_rule().committed(larger).resolution().registers(both, 1).found(), Found{});
}

TEST(ChainRule, GivesTheRangeToHmemWhereTwoRegionsStartAlike)
{
    EXPECT_EQ(chain_rule()
                  .committed(both)
                  .region(range_a, committed_state, 1)
                  .resolution()
                  .registers(both, 1)
                  .found(),
              Found{});
}

// V4-2: it asks for no state, and what it trusts in never commits.
TEST(ChainRule, LosesARangeWhoseRegionNeverCommitted)
{
    EXPECT_EQ(chain_rule()
                  .region(both, kernel::CXL_CONFIG_INTERLEAVE_ACTIVE)
                  .resolution()
                  .drops(both)
                  .found(),
              Found{"lost-range:work hmem_platform.0"});
}

TEST(ChainRule, LosesNothingThatWasDecommittedSince)
{
    EXPECT_EQ(chain_rule()
                  .committed(both)
                  .resolution()
                  .drops(both)
                  .region(both, kernel::CXL_CONFIG_ACTIVE)
                  .found(),
              Found{});
}

TEST(ChainRule, LosesARangeWhenOneDaxRegionOfItsChainIsMissing)
{
    EXPECT_EQ(chain_rule()
                  .committed(range_a)
                  .region(range_b, committed_state, 1)
                  .resolution()
                  .drops(both)
                  .claim(Word::dax_region, 1, range_b)
                  .found(),
              Found{"lost-range:work hmem_platform.0"});
}

TEST(DecidesAgain, LetsAProbeAfterTheResolutionWaitForAnother)
{
    Story story = chain_rule().committed(both).resolution();
    story.drops(both).claim(Word::dax_region, 0, both).probe_walk().drops(both);
    EXPECT_EQ(story.found(), Found{});
}

// V4-3: whatever the last range left behind decides for all.
TEST(DecidesAgain, FiresWhenAProbeAfterTheResolutionRegisters)
{
    EXPECT_EQ(chain_rule()
                  .resolution()
                  .registers(both, 1)
                  .unbind(host)
                  .delete_device(1)
                  .release(Word::hmem, 1)
                  .probe_walk()
                  .registers(both, 1)
                  .found(),
              Found{"wrong-owner:probe hmem_platform.0"});
}

TEST(AllOrNothing, GivesEveryWindowRangeToCxlWhereRegionsContainThemAll)
{
    const auto decided = [] {
        return all_or_nothing().committed(both).survey({range_a, range_b}).resolution();
    };
    EXPECT_EQ(decided().drops(range_a).drops(range_b).end_walk().found(), Found{});
    EXPECT_EQ(decided().registers(range_a, 1).drops(range_b).end_walk().found(),
              Found{"wrong-owner:work hmem_platform.0"});
}

TEST(AllOrNothing, GivesEveryWindowRangeToHmemWhereOneIsNotContained)
{
    const auto decided = [] {
        return all_or_nothing().committed(range_a).survey({range_a, range_b}).resolution();
    };
    EXPECT_EQ(decided().registers(range_a, 1).registers(range_b, 2).end_walk().found(), Found{});
    EXPECT_EQ(decided().drops(range_a).registers(range_b, 2).end_walk().found(),
              (Found{"wrong-owner:work hmem_platform.0", "lost-range:work hmem_platform.0"}));
}

// A walk stops at the first range that no region contains; one that stops too early does not help.
TEST(AllOrNothing, CountsTheRangesThatTheSurveyDidNotReach)
{
    EXPECT_EQ(all_or_nothing()
                  .committed(both)
                  .survey({range_a})
                  .resolution()
                  .registers(range_a, 1)
                  .registers(range_b, 2)
                  .found(),
              Found(2, "wrong-owner:work hmem_platform.0"))
        << "one for each range";
    EXPECT_EQ(all_or_nothing()
                  .committed(range_a)
                  .survey({range_a})
                  .resolution()
                  .registers(range_a, 1)
                  .registers(range_b, 2)
                  .found(),
              Found{});
}

TEST(AllOrNothing, DecidesByTheSurveyAndNotByWhatHappensAfterIt)
{
    EXPECT_EQ(all_or_nothing()
                  .survey({range_a, range_b})
                  .committed(both)
                  .resolution()
                  .registers(range_a, 1)
                  .registers(range_b, 2)
                  .found(),
              Found{});
}

TEST(AllOrNothing, AcceptsEitherDecisionWhenTheFactsChangeDuringTheSurveyButOnlyOneForAllRanges)
{
    const auto decided = [] {
        Story story = all_or_nothing();
        story.resolution().visit(range_a).committed(both).visited(range_a).drops(range_b);
        return story.end_walk().resolution();
    };
    EXPECT_EQ(decided().drops(range_a).drops(range_b).found(), Found{});
    EXPECT_EQ(decided().registers(range_a, 1).registers(range_b, 2).found(), Found{});
    EXPECT_EQ(decided().drops(range_a).registers(range_b, 2).found(),
              Found{"wrong-owner:work hmem_platform.0"});
}

TEST(AllOrNothing, TakesTwoWalksForOneResolutionAndAThirdForAnother)
{
    EXPECT_EQ(all_or_nothing().resolution().end_walk().resolution().end_walk().found(), Found{});
    EXPECT_EQ(all_or_nothing().resolution().end_walk().next_task().resolution().end_walk().found(),
              Found{"repeated-resolution:work hmem_platform.0"});
    EXPECT_EQ(all_or_nothing()
                  .resolution()
                  .end_walk()
                  .resolution()
                  .end_walk()
                  .resolution()
                  .end_walk()
                  .found(),
              Found{"repeated-resolution:work hmem_platform.0"});
}

TEST(KeepsTheMode, GivesARangeToHmemAtAProbeAfterHmemWon)
{
    const auto reloaded = [] {
        return all_or_nothing()
            .survey({range_a, range_b})
            .resolution()
            .registers(range_a, 1)
            .registers(range_b, 2)
            .end_walk()
            .unbind(host)
            .delete_device(1)
            .delete_device(2)
            .release(Word::hmem, 1)
            .release(Word::hmem, 2)
            .probe_walk();
    };
    EXPECT_EQ(reloaded().registers(range_a, 1).registers(range_b, 2).found(), Found{});
    // V6-10: forgotten with dax.ko.
    EXPECT_EQ(reloaded().drops(range_a).registers(range_b, 2).found(),
              (Found{"wrong-owner:probe hmem_platform.0", "lost-range:probe hmem_platform.0"}));
}

TEST(KeepsTheMode, LeavesARangeToCxlAtAProbeAfterCxlWon)
{
    const auto reloaded = [] {
        return all_or_nothing()
            .committed(both)
            .survey({range_a, range_b})
            .resolution()
            .drops(range_a)
            .drops(range_b)
            .end_walk()
            .probe_walk();
    };
    EXPECT_EQ(reloaded().drops(range_a).drops(range_b).found(), Found{});
    EXPECT_EQ(reloaded().drops(range_a).registers(range_b, 2).found(),
              Found{"wrong-owner:probe hmem_platform.0"});
}

TEST(WrongOwner, SaysNothingOfAVisitInWhichACallWasMadeToFail)
{
    Story story = chain_rule().resolution();
    story.visit(both).fault().visited(both);
    EXPECT_EQ(story.found(), Found{"lost-range:work hmem_platform.0"});
}

// ---------------------------------------------------------------- regions without Soft Reserved

TEST(LostRegion, FiresForACommittedRegionThatNobodyMadeADaxRegionOf)
{
    EXPECT_EQ(Story().region(both, committed_state, 0, true).dax_cxl_live().found(),
              Found{"lost-range:- region0"});
}

TEST(LostRegion, IsSilentWhereADaxDeviceIsNotToBeMade)
{
    EXPECT_EQ(Story().region(both, committed_state, 0, false).dax_cxl_live().found(), Found{});
    EXPECT_EQ(Story().region(both, kernel::CXL_CONFIG_ACTIVE, 0, true).dax_cxl_live().found(),
              Found{});
    EXPECT_EQ(Story().region(both, committed_state, 0, true).found(), Found{}) << "no dax_cxl";
}

TEST(LostRegion, IsSilentWhereSomebodyHasAPartOfIt)
{
    EXPECT_EQ(Story()
                  .region(both, committed_state, 0, true)
                  .dax_cxl_live()
                  .claim(Word::hmem, 1, range_b)
                  .found(),
              Found{});
}

TEST(LostRegion, IsSilentWhereAnAdministratorUnboundIt)
{
    EXPECT_EQ(Story()
                  .region(both, committed_state, 0, true)
                  .dax_cxl_live()
                  .unbind(name_of(Word::region, 0))
                  .found(),
              Found{});
}

TEST(LostRegion, IsSilentWhereItWasRefusedBecauseOfAnother)
{
    EXPECT_EQ(Story()
                  .region(both, committed_state, 0, true)
                  .dax_cxl_live()
                  .refuse(Word::dax_region, 0, both)
                  .found(),
              Found{});
}

TEST(LostRegion, IsToldOnceWhereARangeInItIsLost)
{
    EXPECT_EQ(Story()
                  .soft_reserved(range_a)
                  .window(both)
                  .region(both, committed_state, 0, true)
                  .dax_cxl_live()
                  .resolution()
                  .drops(range_a)
                  .found(),
              Found{"lost-range:work hmem_platform.0"});
}

// V5-3: innocent regions.
TEST(LostRegion, FiresWhenTheCodeRemovedItAndNobodyHasItsRange)
{
    const auto removed = [](bool by_code) {
        return Story()
            .region(both, committed_state, 0, true)
            .dax_cxl_live()
            .resolution()
            .remove_region(both, 0, by_code);
    };
    EXPECT_EQ(removed(true).found(), Found{"lost-range:work region0"});
    EXPECT_EQ(removed(true).claim(Word::hmem, 1, both).found(), Found{});
    EXPECT_EQ(removed(false).found(), Found{}) << "an administrator did";
}

} // namespace properties
