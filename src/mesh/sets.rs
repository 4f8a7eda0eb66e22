//! Disjoint sets of points or vertices, which find the connected parts of a mesh.

/// Sets of the numbers from 0 to a count. At first each number is a set of its own.
pub(crate) struct DisjointSets {
    parents: Vec<u32>,
}

impl DisjointSets {
    pub(crate) fn new(count: usize) -> Self {
        Self { parents: (0..count as u32).collect() }
    }

    /// Joins the sets of two numbers.
    pub(crate) fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        self.parents[one.max(other) as usize] = one.min(other);
    }

    /// Returns the smallest number of a number's set.
    pub(crate) fn root(&mut self, mut number: u32) -> u32 {
        while self.parents[number as usize] != number {
            // Path halving makes later searches shorter.
            self.parents[number as usize] = self.parents[self.parents[number as usize] as usize];
            number = self.parents[number as usize];
        }
        number
    }
}
