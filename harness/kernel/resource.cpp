// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/resource.hpp"

#include "kernel/errno.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/range.hpp"

#include <algorithm>
#include <type_traits>

namespace kernel {
namespace {

static_assert(std::is_trivially_destructible_v<resource> && std::is_aggregate_v<resource>);
static_assert((IORESOURCE_MEM | IORESOURCE_BUSY) == 0x80000200, "as the kernel prints hmem ranges");

// "Trying to free nonexistent resource".
constexpr Misuse nonexistent_region = Misuse::resource_not_found;

constexpr Range range_of(const resource *res) { return {res->start, res->end}; }
constexpr unsigned resource_type(const resource *res) { return res->flags & IORESOURCE_TYPE_BITS; }

// The link to the first child that does not lie wholly below `start`: the first that can overlap a
// range starting there, and the place where such a range belongs.
resource **link_at(resource *parent, std::uint64_t start)
{
    resource **link = &parent->child;
    while (*link != nullptr && (*link)->end < start)
        link = &(*link)->sibling;
    return link;
}

// The first child that overlaps the range, or nullptr.
resource *overlapping_child(resource *parent, Range range)
{
    resource *child = *link_at(parent, range.start);
    return child != nullptr && child->start <= range.end ? child : nullptr;
}

bool can_hold(const resource *parent, Range range)
{
    return range.start <= range.end && range_of(parent).contains(range);
}

void link_child(resource *parent, resource **link, resource *new_)
{
    new_->parent = parent;
    new_->sibling = *link;
    *link = new_;
}

// The link that leads to `old`, or nullptr where it is in no tree.
resource **link_of(const resource *old)
{
    if (old->parent == nullptr)
        return nullptr;
    resource **link = &old->parent->child;
    while (*link != nullptr && *link != old)
        link = &(*link)->sibling;
    return *link != nullptr ? link : nullptr;
}

void detach(resource *old)
{
    old->parent = nullptr;
    old->sibling = nullptr;
}

// Links `new_` below `parent` in the place of the children it covers. Returns the first child that
// it overlaps only partly; then nothing has changed.
resource *adopt(resource *parent, resource *new_)
{
    const Range range = range_of(new_);
    resource **link = link_at(parent, range.start);
    resource *last = nullptr;
    for (resource *at = *link; at != nullptr && at->start <= range.end; at = at->sibling) {
        if (!range.contains(range_of(at)))
            return at;
        last = at;
    }
    if (last == nullptr) {
        link_child(parent, link, new_);
        return nullptr;
    }
    new_->child = *link;
    *link = last->sibling;
    last->sibling = nullptr;
    for (resource *child = new_->child; child != nullptr; child = child->sibling)
        child->parent = new_;
    link_child(parent, link, new_);
    return nullptr;
}

// Whether `new_` is the resource at `at`, or below it in a chain of equal ranges: the only places
// where a second insertion can meet it.
bool meets_itself(const resource *at, const resource *new_)
{
    for (; at != nullptr && range_of(at) == range_of(new_); at = at->child)
        if (at == new_)
            return true;
    return false;
}

// Returns what stands in the way: nullptr (inserted), `new_` itself (it was there before), `root`
// (does not fit in it), or the first resource that it overlaps partly.
resource *insert(resource *root, resource *new_)
{
    const Range range = range_of(new_);
    if (!can_hold(root, range))
        return root;
    resource *parent = root;
    for (;;) {
        resource *child = overlapping_child(parent, range);
        if (meets_itself(child, new_))
            return new_;
        // An equal range is covered by the newcomer, not the other way round.
        if (child == nullptr || range_of(child) == range || !range_of(child).contains(range))
            return adopt(parent, new_);
        parent = child;
    }
}

struct Place {
    resource *parent;   // the innermost resource in which the region has its place, or nullptr
    resource *conflict; // otherwise, what it meets
};

Place place_for_region(resource *root, Range range)
{
    resource *parent = root;
    while (can_hold(parent, range)) {
        resource *conflict = overlapping_child(parent, range);
        if (conflict == nullptr)
            return {parent, nullptr};
        if ((conflict->flags & IORESOURCE_BUSY) != 0)
            return {nullptr, conflict};
        parent = conflict;
    }
    return {nullptr, parent};
}

struct Kind {
    unsigned flags;
    int desc;

    bool matches(const resource *res) const
    {
        return (res->flags & flags) == flags && (desc == IORES_DESC_NONE || desc == res->desc);
    }
};

// Pre-order within the tree below `top`: the resource after `at`, or nullptr. `enter`: whether the
// children of `at` are to be visited.
resource *next_below(const resource *top, resource *at, bool enter)
{
    if (enter && at->child != nullptr)
        return at->child;
    while (at != top && at->sibling == nullptr)
        at = at->parent;
    return at != top ? at->sibling : nullptr;
}

struct Cover {
    bool some = false; // a resource of the kind lies below and overlaps the range
    bool all = false;  // such resources cover the whole range
};

// `rest` is the part of `top` that the query asks for.
Cover cover_below(resource *top, Range rest, Kind kind)
{
    Cover cover;
    resource *at = next_below(top, top, true);
    while (at != nullptr) {
        const bool overlaps = rest.overlaps(range_of(at));
        if (overlaps && kind.matches(at)) {
            cover.some = true;
            if (at->start > rest.start)
                return cover; // a gap: nothing behind it can close it
            if (at->end >= rest.end) {
                cover.all = true;
                return cover;
            }
            rest.start = at->end + 1;
        }
        // Children lie inside: none can overlap where their parent does not.
        at = next_below(top, at, overlaps);
    }
    return cover;
}

// The first resource of the kind in pre-order that overlaps the range, or nullptr.
resource *find_next(resource *root, Range range, Kind kind)
{
    resource *at = next_below(root, root, true);
    while (at != nullptr && at->start <= range.end) {
        const bool overlaps = at->end >= range.start;
        if (overlaps && kind.matches(at))
            return at;
        at = next_below(root, at, overlaps);
    }
    return nullptr;
}

} // namespace

int request_resource(resource *root, resource *new_)
{
    const Range range = range_of(new_);
    if (!can_hold(root, range) || overlapping_child(root, range) != nullptr)
        return -EBUSY;
    link_child(root, link_at(root, range.start), new_);
    return 0;
}

int release_resource(resource *old)
{
    resource **link = link_of(old);
    if (link == nullptr)
        return -EINVAL;
    *link = old->sibling;
    detach(old);
    return 0;
}

int remove_resource(resource *old)
{
    resource **link = link_of(old);
    if (link == nullptr)
        return -EINVAL;
    resource *after = old->sibling;
    *link = old->child;
    for (; *link != nullptr; link = &(*link)->sibling)
        (*link)->parent = old->parent;
    *link = after;
    old->child = nullptr;
    detach(old);
    return 0;
}

int insert_resource(resource *root, resource *new_)
{
    const resource *conflict = insert(root, new_);
    if (conflict == nullptr)
        return 0;
    if (conflict == new_)
        warn(Misuse::resource_reinserted, new_->what, root->what);
    return -EBUSY;
}

void insert_resource_expand_to_fit(resource *root, resource *new_)
{
    for (;;) {
        const resource *conflict = insert(root, new_);
        if (conflict == nullptr || conflict == root)
            return;
        if (conflict == new_) {
            warn(Misuse::resource_reinserted, new_->what, root->what);
            return;
        }
        // Each turn swallows one more resource, so the turns are bounded by their number.
        new_->start = std::min(new_->start, conflict->start);
        new_->end = std::max(new_->end, conflict->end);
    }
}

resource *__request_region(resource *root, std::uint64_t start, std::uint64_t size,
                           const char *name, unsigned flags)
{
    const Range range{start, start + size - 1};
    resource *parent = place_for_region(root, range).parent;
    if (parent == nullptr)
        return nullptr;
    // Allocated only now: the kernel does it first and frees it on failure, which nobody sees.
    auto *region = new_object<resource>(root->what);
    region->start = range.start;
    region->end = range.end;
    region->name = name;
    region->flags = resource_type(parent) | IORESOURCE_BUSY | flags;
    region->desc = parent->desc;
    region->what = root->what;
    link_child(parent, link_at(parent, start), region);
    return region;
}

const resource *region_conflict(resource *root, std::uint64_t start, std::uint64_t size)
{
    return place_for_region(root, {start, start + size - 1}).conflict;
}

void __release_region(resource *root, std::uint64_t start, std::uint64_t size)
{
    const Range range{start, start + size - 1};
    resource **link = link_at(root, start);
    while (*link != nullptr && range_of(*link).contains(range) &&
           ((*link)->flags & IORESOURCE_BUSY) == 0)
        link = link_at(*link, start);
    resource *region = *link;
    if (region == nullptr || range_of(region) != range || (region->flags & IORESOURCE_BUSY) == 0) {
        warn(nonexistent_region, root->what);
        return;
    }
    *link = region->sibling;
    kfree(region);
}

bool resource_contains(const resource *outer, const resource *inner)
{
    if (resource_type(outer) != resource_type(inner))
        return false;
    if (((outer->flags | inner->flags) & IORESOURCE_UNSET) != 0)
        return false;
    return range_of(outer).contains(range_of(inner));
}

int region_intersects(resource *root, std::uint64_t start, std::uint64_t size, unsigned flags,
                      int desc)
{
    const Range query{start, start + size - 1};
    const Kind kind{flags, desc};
    bool type = false;
    bool other = false;
    for (resource *top = *link_at(root, start); top != nullptr && top->start <= query.end;
         top = top->sibling) {
        if (kind.matches(top)) {
            type = true;
            continue;
        }
        const Cover cover = cover_below(
            top, {std::max(query.start, top->start), std::min(query.end, top->end)}, kind);
        type |= cover.some;
        other |= !cover.all;
    }
    if (!type)
        return REGION_DISJOINT;
    return other ? REGION_MIXED : REGION_INTERSECTS;
}

int walk_res_desc(resource *root, int desc, unsigned flags, std::uint64_t start, std::uint64_t end,
                  void *arg, int (*func)(resource *res, void *arg))
{
    const Kind kind{flags, desc};
    int result = -EINVAL;
    while (start <= end) {
        // Searched anew each time: `func` may have changed the tree.
        const resource *found = find_next(root, {start, end}, kind);
        if (found == nullptr)
            break;
        resource copy{.start = std::max(start, found->start),
                      .end = std::min(end, found->end),
                      .flags = found->flags,
                      .desc = found->desc,
                      .parent = found->parent};
        const std::uint64_t last = copy.end; // `func` may write to its copy
        result = func(&copy, arg);
        if (result != 0 || last == end)
            break; // at the last address of all, last + 1 would start over
        start = last + 1;
    }
    return result;
}

} // namespace kernel
