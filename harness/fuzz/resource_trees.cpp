// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/resource_trees.hpp"

#include "fuzz/failure.hpp"
#include "fuzz/tree_questions.hpp"
#include "fuzz/warm_up.hpp"
#include "kernel/errno.hpp"
#include "kernel/kernel.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace fuzz {

using namespace kernel;

namespace {

constexpr std::uint64_t last_address = ~std::uint64_t{0};
constexpr unsigned positions = 64;
constexpr unsigned other_type = 0x100; // the kernel's IORESOURCE_IO

struct Kind {
    unsigned flags;
    int desc;
};

// As tree_kinds.
constexpr Kind kinds[] = {
    {IORESOURCE_MEM, IORES_DESC_CXL},  {IORESOURCE_MEM, IORES_DESC_SOFT_RESERVED},
    {IORESOURCE_MEM, IORES_DESC_NONE}, {IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, IORES_DESC_NONE},
    {other_type, IORES_DESC_NONE},
};

Range range_of(const resource &res) { return {res.start, res.end}; }

std::uint64_t address_of(unsigned position)
{
    return position < positions / 2 ? position : last_address - (positions - 1 - position);
}

std::size_t index_in(std::string_view table, std::uint8_t byte)
{
    const std::size_t at = table.find(static_cast<char>(byte));
    return at != table.npos ? at : byte % table.size();
}

std::size_t warnings_so_far()
{
    const auto &events = state().events;
    return static_cast<std::size_t>(
        std::count_if(events.begin(), events.end(),
                      [](const Event &event) { return event.kind == EventKind::misuse; }));
}

// Keeps its buffers from input to input; begin() and end() leave nothing else.
State &shared_state()
{
    static State state;
    state.begin(Memory::judged, {}, {}, 1);
    return state;
}

// Stops after `lines_left`: what is drawn may be no tree.
void draw_below(const resource &parent, int depth, std::size_t &lines_left, std::string &text)
{
    for (const resource *at = parent.child; at != nullptr && lines_left > 0; at = at->sibling) {
        --lines_left;
        char line[64];
        std::snprintf(line, sizeof(line), "%*s%#llx-%#llx flags %#x desc %d\n", 2 * depth, "",
                      static_cast<unsigned long long>(at->start),
                      static_cast<unsigned long long>(at->end), at->flags, at->desc);
        text += line;
        draw_below(*at, depth + 1, lines_left, text);
    }
}

} // namespace

// ---------------------------------------------------------------- operations

std::vector<TreeOperation> decode_tree_operations(std::span<const std::uint8_t> bytes)
{
    std::vector<TreeOperation> operations;
    std::array<std::uint8_t, 4> fields{};
    std::size_t count = 0;
    for (const std::uint8_t byte : bytes) {
        if (byte == ' ' || byte == '\n')
            continue;
        fields[count++] = byte;
        if (count < fields.size())
            continue;
        count = 0;
        const auto position = static_cast<std::uint8_t>(fields[2] - '0') % positions;
        const auto length = static_cast<std::uint8_t>(fields[3] - '0') % positions;
        TreeOperation operation{.code = tree_codes[index_in(tree_codes, fields[0])],
                                .kind = tree_kinds[index_in(tree_kinds, fields[1])],
                                .item = static_cast<std::uint8_t>(position),
                                .range = {}};
        operation.range.start = address_of(position);
        operation.range.end = length == positions - 1 && position > 0
                                  ? address_of(position - 1)
                                  : address_of(std::min(position + length, positions - 1));
        operations.push_back(operation);
        if (operations.size() == tree_operations_max)
            break;
    }
    return operations;
}

ResourceTree::ResourceTree() : state_(shared_state()), current_(state_)
{
    root_ = {.start = 1, .end = last_address, .name = "root", .flags = IORESOURCE_MEM};
}

ResourceTree::~ResourceTree() { state_.end(); }

std::string_view ResourceTree::apply(const TreeOperation &operation)
{
    std::string_view wrong = change(operation);
    if (wrong.empty() && warnings_so_far() != warnings_)
        wrong = "warnings";
    if (wrong.empty() && state_.objects.survivors().size() != regions_)
        wrong = "allocations";
    if (!wrong.empty())
        return wrong;
    Range query = operation.range;
    if (query.start > query.end)
        std::swap(query.start, query.end);
    return wrong_answer(root_, items_, query);
}

std::string_view ResourceTree::change(const TreeOperation &operation)
{
    struct Row {
        bool (ResourceTree::*apply)(const TreeOperation &);
        std::string_view name;
    };
    // As tree_codes.
    static constexpr Row rows[] = {
        {&ResourceTree::request, "request_resource"},
        {&ResourceTree::insert, "insert_resource"},
        {&ResourceTree::expand, "insert_resource_expand_to_fit"},
        {&ResourceTree::request_region, "__request_region"},
        {&ResourceTree::release_region, "__release_region"},
        {&ResourceTree::take_out, "release_resource"},
        {&ResourceTree::take_out, "remove_resource"},
        {&ResourceTree::insert_again, "insert_resource"},
    };
    static_assert(std::size(rows) + 1 == tree_codes.size(), "all but the questions");
    const std::size_t index = tree_codes.find(operation.code);
    if (index >= std::size(rows))
        return {};
    const bool right = (this->*rows[index].apply)(operation) && has_expected_shape();
    return right ? std::string_view() : rows[index].name;
}

bool ResourceTree::request(const TreeOperation &operation)
{
    resource *res = make(operation);
    const Range range = operation.range;
    const bool free =
        fits_root(range) && std::none_of(items_.begin(), items_.end(), [&](const TreeItem &item) {
            return item.range.overlaps(range);
        });
    if (free)
        add(res, false);
    return request_resource(&root_, res) == (free ? 0 : -EBUSY);
}

bool ResourceTree::insert(const TreeOperation &operation)
{
    resource *res = make(operation);
    const bool fits = insertable(operation.range);
    if (fits)
        add(res, false);
    return insert_resource(&root_, res) == (fits ? 0 : -EBUSY);
}

bool ResourceTree::expand(const TreeOperation &operation)
{
    resource *res = make(operation);
    Range grown = operation.range;
    for (bool grows = fits_root(grown); grows;) {
        grows = false;
        for (const TreeItem &item : items_)
            if (item.range.overlaps(grown) && !item.range.contains(grown) &&
                !grown.contains(item.range)) {
                grown = {std::min(grown.start, item.range.start),
                         std::max(grown.end, item.range.end)};
                grows = true;
            }
    }
    insert_resource_expand_to_fit(&root_, res);
    if (range_of(*res) != grown)
        return false;
    if (fits_root(grown))
        add(res, false);
    return true;
}

// A region finds a place exactly where all it meets contains it and nothing of that is busy.
bool ResourceTree::request_region(const TreeOperation &operation)
{
    const Range range = operation.range;
    if (range.start > range.end)
        return true; // its size would be that of another range
    bool free = fits_root(range);
    const TreeItem *parent = nullptr;
    for (const TreeItem &item : items_)
        if (item.range.overlaps(range)) {
            free = free && item.range.contains(range) && (item.flags & IORESOURCE_BUSY) == 0;
            parent = &item;
        }
    const Kind outer = parent != nullptr ? Kind{parent->flags, parent->desc}
                                         : Kind{IORESOURCE_MEM, IORES_DESC_NONE};
    const bool conflict = region_conflict(&root_, range.start, range.size()) != nullptr;
    resource *region = __request_region(&root_, range.start, range.size(), "region", 0);
    if ((region != nullptr) != free || conflict == free)
        return false;
    if (region == nullptr)
        return true;
    ++regions_;
    add(region, true);
    return range_of(*region) == range && region->desc == outer.desc &&
           region->flags == ((outer.flags & IORESOURCE_TYPE_BITS) | IORESOURCE_BUSY);
}

// Of the busy ones around the range only the outermost can be meant.
bool ResourceTree::release_region(const TreeOperation &operation)
{
    const Range range = operation.range;
    if (range.start > range.end)
        return true;
    const auto busy = std::find_if(items_.begin(), items_.end(), [&](const TreeItem &item) {
        return item.range.contains(range) && (item.flags & IORESOURCE_BUSY) != 0;
    });
    const bool exact = busy != items_.end() && busy->range == range;
    if (exact && !busy->allocated)
        return true; // the kernel would free what it did not allocate
    __release_region(&root_, range.start, range.size());
    if (!exact) {
        ++warnings_;
        return true;
    }
    --regions_;
    erase_with_all_below(static_cast<std::size_t>(busy - items_.begin()));
    return true;
}

bool ResourceTree::take_out(const TreeOperation &operation)
{
    const auto function = operation.code == 'd' ? release_resource : remove_resource;
    resource *stranger = make(operation);
    if (function(stranger) != -EINVAL)
        return false;
    if (items_.empty())
        return true;
    const std::size_t index = operation.item % items_.size();
    const bool right = function(items_[index].res) == 0;
    if (operation.code == 'd')
        erase_with_all_below(index);
    else
        items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(index));
    return right;
}

bool ResourceTree::insert_again(const TreeOperation &operation)
{
    if (items_.empty())
        return true;
    ++warnings_;
    return insert_resource(&root_, items_[operation.item % items_.size()].res) == -EBUSY;
}

// ---------------------------------------------------------------- the picture

resource *ResourceTree::make(const TreeOperation &operation)
{
    const Kind &kind = kinds[tree_kinds.find(operation.kind)];
    return &made_.emplace_back(resource{.start = operation.range.start,
                                        .end = operation.range.end,
                                        .name = "made",
                                        .flags = kind.flags,
                                        .desc = kind.desc});
}

bool ResourceTree::fits_root(Range range) const
{
    return range.start <= range.end && range_of(root_).contains(range);
}

bool ResourceTree::insertable(Range range) const
{
    return fits_root(range) &&
           std::none_of(items_.begin(), items_.end(), [&](const TreeItem &item) {
               return item.range.overlaps(range) && !item.range.contains(range) &&
                      !range.contains(item.range);
           });
}

// Of those with the same range, what is inserted comes outermost and a region innermost.
void ResourceTree::add(resource *res, bool allocated)
{
    const auto before = [](const TreeItem &left, const TreeItem &right) {
        return left.range.start != right.range.start ? left.range.start < right.range.start
                                                     : left.range.end > right.range.end;
    };
    const TreeItem item{
        range_of(*res), res, res->flags, res->desc, questions_matched(res->flags, res->desc),
        allocated};
    items_.insert(allocated ? std::upper_bound(items_.begin(), items_.end(), item, before)
                            : std::lower_bound(items_.begin(), items_.end(), item, before),
                  item);
}

// What lies below an item follows it.
void ResourceTree::erase_with_all_below(std::size_t index)
{
    const auto first = items_.begin() + static_cast<std::ptrdiff_t>(index);
    const auto last = std::find_if(first + 1, items_.end(), [&](const TreeItem &item) {
        return !first->range.contains(item.range);
    });
    items_.erase(first, last);
}

bool ResourceTree::has_expected_shape() const
{
    std::vector<const resource *> parents{&root_};
    const resource *at = root_.child;
    for (const TreeItem &item : items_) {
        while (parents.size() > 1 && !range_of(*parents.back()).contains(item.range))
            parents.pop_back();
        // Where the kernel's next resource in pre-order is not this one, nothing else matters.
        if (at != item.res || range_of(*at) != item.range || at->parent != parents.back() ||
            at->flags != item.flags || at->desc != item.desc)
            return false;
        parents.push_back(at);
        if (at->child != nullptr) {
            at = at->child;
            continue;
        }
        while (at != &root_ && at->sibling == nullptr)
            at = at->parent;
        at = at != &root_ ? at->sibling : nullptr;
    }
    return at == nullptr;
}

std::string ResourceTree::draw() const
{
    std::string text;
    std::size_t lines_left = tree_operations_max;
    draw_below(root_, 1, lines_left, text);
    return text;
}

// ---------------------------------------------------------------- the target

namespace {

// A runner tells crashes apart by this name and by what the line says.
[[noreturn, gnu::noinline]] void resource_trees_disagree(const ResourceTree &tree,
                                                         const TreeOperation &operation,
                                                         std::string_view function)
{
    tell_identity("resource-trees", function);
    std::fprintf(stderr, "  after: %c%c %#llx-%#llx\n  the tree:\n%s", operation.code,
                 operation.kind, static_cast<unsigned long long>(operation.range.start),
                 static_cast<unsigned long long>(operation.range.end), tree.draw().c_str());
    std::abort();
}

} // namespace

void prepare_resource_trees()
{
    if (!steadiness_counts())
        return;
    // As many operations as there can be: half of them allocate, half of them warn of what is not there.
    std::string longest;
    for (std::size_t i = 0; i < tree_operations_max; ++i) {
        longest += {i % 2 == 0 ? 'r' : 'f', 'O'};
        longest += static_cast<char>('0' + i / 2 % positions);
        longest += i % 2 == 0 ? '0' : '1';
    }
    resource_trees(reinterpret_cast<const std::uint8_t *>(longest.data()), longest.size());
}

int resource_trees(const std::uint8_t *data, std::size_t size, const TreeObserver &observer)
{
    ResourceTree tree;
    for (const TreeOperation &operation : decode_tree_operations({data, size})) {
        const std::string_view wrong = tree.apply(operation);
        if (observer)
            observer(tree, operation, wrong);
        if (!wrong.empty())
            resource_trees_disagree(tree, operation, wrong);
    }
    return 0;
}

} // namespace fuzz
