// SPDX-License-Identifier: GPL-2.0-only
// Resource trees (kernel/resource.hpp) against a picture that knows no trees: a list of ranges in
// order of address, outermost first, and interval maps made of it.
//
// Covers: every function that changes a tree or asks it, at both ends of the address space; after
// each operation the shape of the whole tree and the answers about the operation's range. Does not
// cover: callbacks that change the tree they walk, what happens below a resource once it was
// released together with all below it, locks and points (iomem.hpp, dax_bus.hpp).
#pragma once

#include "fuzz/tree_questions.hpp"
#include "kernel/kernel.hpp"
#include "kernel/range.hpp"
#include "kernel/resource.hpp"
#include "kernel/state.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

// More than the deepest nesting and the widest row of siblings that any layout has; the whole
// picture is looked at after each.
inline constexpr std::size_t tree_operations_max = 128;

// What an operation is done to, and how ranges are chosen: 64 positions, the first 32 are the
// addresses 0 to 31, the others the last 32 of all. The root leaves out address 0.
//
// As bytes, which are text for who writes a seed: "iC08" inserts a CXL window from position 0 on
// that ends 8 positions further; a space, a newline may stand between operations. Letters outside
// the tables are taken modulo, positions are counted from '0' on; an end 63 positions further means
// one that lies before the start.
struct TreeOperation {
    char code;         // one of tree_codes
    char kind;         // one of tree_kinds
    std::uint8_t item; // what is in the tree, modulo their number
    kernel::Range range;
};

// q request_resource, i insert_resource, e insert_resource_expand_to_fit, r __request_region,
// f __release_region, d release_resource, m remove_resource, a insert_resource of what is in,
// x nothing but the questions
inline constexpr std::string_view tree_codes = "qierfdmax";
// C a CXL window, S Soft Reserved, O other memory, R busy System RAM, U of another type
inline constexpr std::string_view tree_kinds = "CSORU";

std::vector<TreeOperation> decode_tree_operations(std::span<const std::uint8_t> bytes);

class ResourceTree {
public:
    ResourceTree();
    ~ResourceTree();
    ResourceTree(const ResourceTree &) = delete;
    ResourceTree &operator=(const ResourceTree &) = delete;

    // Does it and compares. Empty, or the name of the function whose answer or effect is wrong.
    std::string_view apply(const TreeOperation &operation);

    // Whether the tree has exactly the shape of the picture.
    bool has_expected_shape() const;
    // The tree as the kernel has it, one line a resource, for people and for tests to spoil it.
    std::string draw() const;
    kernel::resource &root() { return root_; }

private:
    std::string_view change(const TreeOperation &operation);
    // Each does one operation and tells whether it answered as the picture says.
    bool request(const TreeOperation &operation);
    bool insert(const TreeOperation &operation);
    bool expand(const TreeOperation &operation);
    bool request_region(const TreeOperation &operation);
    bool release_region(const TreeOperation &operation);
    bool take_out(const TreeOperation &operation);
    bool insert_again(const TreeOperation &operation);

    kernel::resource *make(const TreeOperation &operation);
    bool fits_root(kernel::Range range) const;
    bool insertable(kernel::Range range) const;
    void add(kernel::resource *res, bool allocated);
    void erase_with_all_below(std::size_t index);

    kernel::State &state_;
    kernel::CurrentState current_;
    kernel::resource root_;
    std::deque<kernel::resource> made_;
    std::vector<TreeItem> items_; // parents first, siblings by address
    std::size_t regions_ = 0;     // allocated by __request_region and not freed
    std::size_t warnings_ = 0;
};

// Once, before the first input: lets the buffers grow, as warm_up.hpp does for machines.
void prepare_resource_trees();

// Sees the tree after an operation, and which function was wrong; empty: none.
using TreeObserver =
    std::function<void(const ResourceTree &, const TreeOperation &, std::string_view wrong)>;

// Aborts with the identity "resource-trees <function>". Returns 0.
int resource_trees(const std::uint8_t *data, std::size_t size,
                   const TreeObserver &observer = nullptr);

} // namespace fuzz
