// SPDX-License-Identifier: GPL-2.0-only
#include "report/sentence.hpp"

#include "report/test_runs.hpp"

#include <gtest/gtest.h>

#include <string>

namespace report {
namespace {

using namespace report::test;

class Sentence : public ::testing::Test {
protected:
    std::string of(const Event &event, const Moment &moment = {}) const
    {
        const TaskNames tasks(roles, scenario);
        return sentence(event, moment, {scenario, tasks});
    }
    static Event make(EventKind kind, kernel::Name object = {}, int value = 0)
    {
        Event event;
        event.kind = kind;
        event.object = object;
        event.value = value;
        return event;
    }

    scenario::Scenario scenario = work_between_queues();
    std::vector<kernel::Role> roles = {kernel::actor_role(0), kernel::role_of(Word::resolution)};
};

void expect_one_line(const std::string &text)
{
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.find('\n'), text.npos) << text;
    EXPECT_NE(text.back(), '.') << text;
    EXPECT_NE(text.back(), ' ') << text;
}

TEST_F(Sentence, ExistsForEveryKindOfEvent)
{
    for (std::size_t i = 0; i < static_cast<std::size_t>(EventKind::count_); ++i) {
        const auto kind = static_cast<EventKind>(i);
        SCOPED_TRACE(kernel::event_text(kind));
        expect_one_line(of(make(kind)));
        expect_one_line(of(make(kind, name_of(Word::hmem, 1), -1)));
    }
}

TEST_F(Sentence, APositiveValueThatEndsAWalkIsAnAnswerAndNoError)
{
    EXPECT_NE(
        of(make(EventKind::walk_end, name_of(Word::hmem_platform, 0), 1)).find("ends the walk: 1"),
        std::string::npos);
    EXPECT_NE(of(make(EventKind::visit_end, {}, 1)).find("ends the walk: 1"), std::string::npos);
    EXPECT_NE(of(make(EventKind::visit_end, {}, -12)).find("failed with error -12 (-ENOMEM)"),
              std::string::npos);
    EXPECT_NE(of(make(EventKind::visit_end)).find("done"), std::string::npos);
}

TEST_F(Sentence, NamesTheQueryForRegionsThatWasMade)
{
    Event event = make(EventKind::contains, {}, 1);
    EXPECT_NE(of(event).find("cxl_region_contains_resource("), std::string::npos);
    event.detail = static_cast<std::uint8_t>(kernel::Containment::chain);
    EXPECT_NE(of(event).find("cxl_regions_fully_map("), std::string::npos);
}

TEST_F(Sentence, ExistsForEveryRowOfTheOtherTables)
{
    const auto each = [&](EventKind kind, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            Event event = make(kind, name_of(Word::hmem, 1));
            event.detail = static_cast<std::uint8_t>(i);
            expect_one_line(of(event));
        }
    };
    each(EventKind::misuse, static_cast<std::size_t>(kernel::Misuse::count_));
    each(EventKind::point, static_cast<std::size_t>(Point::count_));
    each(EventKind::waits, static_cast<std::size_t>(kernel::WaitCall::count_));
    each(EventKind::fault, static_cast<std::size_t>(kernel::Site::count_));
    each(EventKind::blocks, static_cast<std::size_t>(kernel::Wait::driver_walkers) + 1);
    each(EventKind::stuck, static_cast<std::size_t>(kernel::Wait::driver_walkers) + 1);
    each(EventKind::operation, scenario::operation_codes);
}

TEST_F(Sentence, NamesTheCallThatNoticedAMisuse)
{
    Event point = make(EventKind::point, name_of(Word::resolution));
    point.detail = static_cast<std::uint8_t>(Point::flush_work);
    Event misuse = make(EventKind::misuse, name_of(Word::resolution));
    misuse.detail = static_cast<std::uint8_t>(kernel::Misuse::work_no_func);
    misuse.function = "dax_hmem_exit";
    EXPECT_EQ(of(misuse, {.last_point = &point}),
              "WARN at flush_work(resolution): work item has no function, in dax_hmem_exit");

    misuse.detail = static_cast<std::uint8_t>(kernel::Misuse::work_text_gone);
    misuse.other = name_of(Word::dax_hmem);
    EXPECT_EQ(of(misuse), "Oops on resolution: work item is pending or runs when its module's text "
                          "is freed (dax_hmem), in dax_hmem_exit");
}

TEST_F(Sentence, SpeaksAsTheKernelDoes)
{
    Event message = make(EventKind::message, name_of(Word::hmem_platform, 0));
    message.caller = "deferring range to CXL";
    message.start = second_range.start;
    message.end = second_range.end;
    EXPECT_EQ(of(message),
              "hmem_platform.0: deferring range to CXL: [mem 0x950000000-0xa4fffffff] (SR1)");

    Event probe = make(EventKind::probe_end, name_of(Word::hmem, 2), -12);
    probe.other = name_of(Word::hmem);
    EXPECT_EQ(of(probe), "probe of hmem.2 with driver hmem failed with error -12 (-ENOMEM)");
}

// Of a task that waits for itself the kernel says nothing: it is no WARN.
TEST_F(Sentence, CallsAHangByItsName)
{
    Event self = make(EventKind::misuse, name_of(Word::hmem, 2));
    self.detail = static_cast<std::uint8_t>(kernel::Misuse::self_lock);
    self.function = "dax_hmem_exit";
    EXPECT_EQ(of(self), "self-deadlock on hmem.2: a task takes a lock that it holds, and waits for "
                        "ever, in dax_hmem_exit");
    Event call = make(EventKind::waits);
    call.detail = static_cast<std::uint8_t>(kernel::WaitCall::wait_for_device_probe);
    EXPECT_EQ(of(call), "calls wait_for_device_probe(), which may wait");
}

TEST_F(Sentence, QuotesTheSwitch)
{
    Event switched = make(EventKind::switched, {}, 0);
    switched.extra = 1;
    EXPECT_EQ(of(switched), "switch 1 (admin before queue_work resolution #2 -> resolution): "
                            "resolution runs instead");
    EXPECT_EQ(of(make(EventKind::switch_idle, {}, 7)),
              "switch 8: its target cannot run, so nothing changes");
}

TEST_F(Sentence, TellsWhatBecameOfAQueuedItem)
{
    Event queued = make(EventKind::work_queued, name_of(Word::resolution), 1);
    queued.other = name_of(Word::system_long_wq);
    queued.start = 1;
    EXPECT_EQ(of(queued), "queue_work(system_long_wq, resolution): queued");
    queued.start = 0;
    EXPECT_EQ(of(queued), "queue_work(system_long_wq, resolution): true, but nothing is queued: "
                          "the item stays PENDING for ever");
    queued.value = 0;
    EXPECT_EQ(of(queued), "queue_work(system_long_wq, resolution): already pending");
    queued.extra = 1;
    EXPECT_EQ(of(queued), "queue_work(system_long_wq, resolution): refused, the item is disabled "
                          "while it is cancelled");
}

TEST_F(Sentence, PadsShortAddressesAsTheKernelDoes)
{
    EXPECT_EQ(range_text({0x1000, 0x1fff}, scenario), "[mem 0x00001000-0x00001fff]");
}

} // namespace
} // namespace report
