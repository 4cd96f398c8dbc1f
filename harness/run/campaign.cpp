// SPDX-License-Identifier: GPL-2.0-only
#include "run/campaign.hpp"

#include <algorithm>
#include <bitset>
#include <functional>

namespace run {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Name;
using kernel::Range;
using kernel::Word;

// Who has what, as events tell of it.
class Owners {
public:
    void observe(const Event &event)
    {
        const Range range{event.start, event.end};
        switch (event.kind) {
        case EventKind::soft_reserved:
            ranges_.push_back(range);
            break;
        case EventKind::dax_region_added:
            regions_.push_back({event.object, range});
            break;
        case EventKind::dax_region_removed:
            std::erase_if(regions_, [&](const auto &one) { return one.parent == event.object; });
            break;
        case EventKind::work_queued:
            // queue_work may say true without having queued anything.
            if (event.object.word == Word::resolution && event.start != 0)
                resolutions_.push_back(event.start);
            break;
        case EventKind::work_end:
        case EventKind::work_cancelled:
            if (event.object.word == Word::resolution)
                std::erase(resolutions_, event.start);
            break;
        default:
            break;
        }
    }

    template <class Found> void each_state(Found found) const
    {
        if (ranges_.empty())
            found(Ownership::no_range);
        for (const Range &range : ranges_)
            found(state_of(range));
    }

private:
    struct DaxRegion {
        Name parent;
        Range range;
    };

    Ownership state_of(Range range) const
    {
        bool hmem = false;
        bool cxl = false;
        for (const DaxRegion &region : regions_)
            if (region.range.overlaps(range))
                (region.parent.word == Word::hmem ? hmem : cxl) = true;
        if (hmem || cxl)
            return hmem && cxl ? Ownership::both : hmem ? Ownership::hmem : Ownership::cxl;
        return resolutions_.empty() ? Ownership::nobody : Ownership::deferred;
    }

    std::vector<Range> ranges_; // that are Soft Reserved
    std::vector<DaxRegion> regions_;
    std::vector<std::uint64_t> resolutions_; // queued and not ended, by number of their queueing
};

template <std::size_t size>
void count(const std::bitset<size> &seen, std::array<std::uint64_t, size> &numbers)
{
    for (std::size_t i = 0; i < size; ++i)
        numbers[i] += seen[i] ? 1 : 0;
}

} // namespace

bool is_rest(const Event &event)
{
    return event.kind == EventKind::phase &&
           event.value == static_cast<std::int32_t>(kernel::Phase::rest);
}

std::string_view ownership_text(Ownership ownership)
{
    static constexpr std::string_view texts[] = {
#define X(id, text, help) text,
        RUN_OWNERSHIPS(X)
#undef X
    };
    return texts[static_cast<std::size_t>(ownership)];
}

std::string_view ownership_help(Ownership ownership)
{
    static constexpr std::string_view helps[] = {
#define X(id, text, help) help,
        RUN_OWNERSHIPS(X)
#undef X
    };
    return helps[static_cast<std::size_t>(ownership)];
}

Campaign::Campaign() : exceptions(properties::exceptions().size()) {}

void Campaign::add(const Campaign &part)
{
    const auto add_all = [](auto &numbers, const auto &others) {
        std::transform(numbers.begin(), numbers.end(), others.begin(), numbers.begin(),
                       std::plus<std::uint64_t>());
    };
    runs += part.runs;
    without_verdict += part.without_verdict;
    for (std::size_t i = 0; i < operations.size(); ++i)
        add_all(operations[i], part.operations[i]);
    add_all(points, part.points);
    add_all(sites, part.sites);
    add_all(properties, part.properties);
    add_all(exceptions, part.exceptions);
}

void Campaign::add(const Result &result, std::span<const properties::Finding> findings)
{
    ++runs;
    if (result.unmodelled != nullptr) {
        ++without_verdict;
        return;
    }
    std::array<std::bitset<ownerships>, scenario::operation_codes> begun;
    std::bitset<static_cast<std::size_t>(kernel::Point::count_)> passed;
    std::bitset<static_cast<std::size_t>(kernel::Site::count_)> failed;
    Owners owners;
    for (const Event &event : result.events) {
        if (is_rest(event))
            break;
        owners.observe(event);
        if (event.kind == EventKind::operation)
            owners.each_state(
                [&](Ownership state) { begun[event.detail].set(static_cast<std::size_t>(state)); });
        else if (event.kind == EventKind::point)
            passed.set(event.detail);
        else if (event.kind == EventKind::fault)
            failed.set(event.detail);
    }
    for (std::size_t i = 0; i < begun.size(); ++i)
        count(begun[i], operations[i]);
    count(passed, points);
    count(failed, sites);

    std::bitset<properties::property_count> fired;
    for (const properties::Finding &finding : findings)
        fired.set(static_cast<std::size_t>(finding.violation.property));
    count(fired, properties);
    const auto rows = properties::exceptions();
    for (std::size_t i = 0; i < rows.size(); ++i)
        exceptions[i] += std::any_of(findings.begin(), findings.end(), [&](const auto &finding) {
            return finding.judgement.id == rows[i].id;
        });
}

} // namespace run
