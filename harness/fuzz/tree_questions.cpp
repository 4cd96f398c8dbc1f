// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/tree_questions.hpp"

#include "kernel/errno.hpp"

#include <boost/icl/interval_map.hpp>
#include <boost/icl/interval_set.hpp>

#include <algorithm>

namespace fuzz {

using namespace kernel;

namespace {

using Interval = boost::icl::interval<std::uint64_t>;
using Addresses = boost::icl::interval_set<std::uint64_t>;
// Which questions the resources at an address match, as bits; `present` is always set.
using Owners = boost::icl::interval_map<std::uint64_t, unsigned, boost::icl::partial_absorber,
                                        std::less, boost::icl::inplace_bit_add>;

constexpr unsigned present = 1U << 7;
struct Kind {
    unsigned flags;
    int desc;
};

constexpr Kind questions[] = {
    {IORESOURCE_MEM, IORES_DESC_CXL},
    {IORESOURCE_MEM, IORES_DESC_SOFT_RESERVED},
    {IORESOURCE_MEM | IORESOURCE_BUSY, IORES_DESC_NONE},
    {IORESOURCE_MEM, IORES_DESC_NONE},
};

Interval::interval_type interval_of(Range range)
{
    return Interval::closed(range.start, range.end);
}

// What region_intersects says of the addresses: some of the kind, and none that has only others.
int intersection(const Owners &owners, Range query, unsigned question)
{
    bool type = false;
    bool other = false;
    const auto [first, last] = owners.equal_range(interval_of(query));
    for (auto at = first; at != last; ++at)
        ((at->second >> question & 1U) != 0 ? type : other) = true;
    if (!type)
        return REGION_DISJOINT;
    return other ? REGION_MIXED : REGION_INTERSECTS;
}

struct Visits {
    Addresses visited;
    std::uint64_t next = 0; // no visit starts before it
    bool ascending = true;
};

int visit(resource *res, void *argument)
{
    Visits &visits = *static_cast<Visits *>(argument);
    visits.ascending = visits.ascending && res->start >= visits.next && res->start <= res->end;
    visits.next = res->end + 1;
    visits.visited.add(interval_of(Range{res->start, res->end}));
    return 0;
}

bool walk_is_right(resource &root, const Owners &owners, Range query, unsigned question)
{
    Addresses expected;
    const auto [first, last] = owners.equal_range(interval_of(query));
    for (auto at = first; at != last; ++at)
        if ((at->second >> question & 1U) != 0)
            expected.add(at->first);
    expected &= interval_of(query);
    Visits visits;
    const int result = walk_res_desc(&root, questions[question].desc, questions[question].flags,
                                     query.start, query.end, &visits, visit);
    return visits.ascending && boost::icl::is_element_equal(visits.visited, expected) &&
           result == (expected.empty() ? -EINVAL : 0);
}

// As what the range is compared with the resources of a tree, none of which is unset.
constexpr unsigned kinds_of_query[] = {
    IORESOURCE_MEM,
    IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY,
    0x100, // the kernel's IORESOURCE_IO
    IORESOURCE_MEM | IORESOURCE_UNSET,
};

// Resources of two types are no part of each other, and one that is unset is nowhere.
bool containment_is_right(const resource &res, Range query)
{
    const auto interval = interval_of({res.start, res.end});
    for (const unsigned flags : kinds_of_query) {
        const resource other{.start = query.start, .end = query.end, .flags = flags};
        const bool comparable = (flags & IORESOURCE_UNSET) == 0 &&
                                ((flags & IORESOURCE_MEM) == (res.flags & IORESOURCE_MEM));
        const bool within = boost::icl::within(interval_of(query), interval);
        const bool around = boost::icl::within(interval, interval_of(query));
        if (resource_contains(&res, &other) != (comparable && within) ||
            resource_contains(&other, &res) != (comparable && around))
            return false;
    }
    return true;
}

} // namespace

std::uint8_t questions_matched(unsigned flags, int desc)
{
    unsigned bits = present;
    for (std::size_t i = 0; i < std::size(questions); ++i)
        if ((flags & questions[i].flags) == questions[i].flags &&
            (questions[i].desc == IORES_DESC_NONE || questions[i].desc == desc))
            bits |= 1U << i;
    return static_cast<std::uint8_t>(bits);
}

std::string_view wrong_answer(resource &root, std::span<const TreeItem> items, Range query)
{
    Owners owners;
    for (const TreeItem &item : items)
        owners.add({interval_of(item.range), item.questions});
    for (unsigned question = 0; question < std::size(questions); ++question) {
        if (region_intersects(&root, query.start, query.size(), questions[question].flags,
                              questions[question].desc) != intersection(owners, query, question))
            return "region_intersects";
        if (!walk_is_right(root, owners, query, question))
            return "walk_res_desc";
    }
    const bool right = containment_is_right(root, query) &&
                       std::all_of(items.begin(), items.end(), [&](const TreeItem &item) {
                           return containment_is_right(*item.res, query);
                       });
    return right ? std::string_view() : "resource_contains";
}

} // namespace fuzz
