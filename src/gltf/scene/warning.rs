//! Warnings about contents of a file that a picture or a shape leaves out.

use std::fmt;

/// An item of a document, by its index and its optional name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The kind of the item: "mesh", "material", "node".
    pub kind: &'static str,
    /// Its index in the document.
    pub index: usize,
    /// Its name, if it has one.
    pub name: Option<String>,
}

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind, self.index)?;
        match self.name.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => write!(formatter, " ({name:?})"),
            None => Ok(()),
        }
    }
}

/// Largest number of names that one warning lists.
const MOST_NAMES: usize = 3;

/// Something in a file that was left out or simplified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A primitive without positions.
    NoPositions {
        /// Its mesh.
        mesh: Named,
        /// Its index in the mesh.
        primitive: usize,
    },
    /// A primitive of points, of lines, or with an unknown mode.
    NoSurface {
        /// Its mesh.
        mesh: Named,
        /// Its index in the mesh.
        primitive: usize,
        /// "points", "lines" or "an unknown mode".
        what: &'static str,
    },
    /// A texture that could not be read, or whose texture coordinates are missing.
    Texture {
        /// The material that uses it.
        material: Named,
        /// Its use in the material, such as "base color" or "normal".
        place: &'static str,
        /// The reason, as a part of a sentence.
        why: String,
    },
    /// Vertices with more than four joints, the number that the format requires hosts to support.
    JointSets {
        /// The mesh of the vertices.
        mesh: Named,
        /// Number of joint sets, of four joints each.
        sets: usize,
    },
    /// Attributes of instances that are not read: all except translation, rotation and scale.
    InstanceAttributes {
        /// The node with the instances.
        node: Named,
        /// The attributes' names.
        names: Vec<String>,
    },
    /// Nodes that are not shown because of their names: collision shapes, navigation meshes, occluders.
    Unseen {
        /// The names of the nodes.
        names: Vec<String>,
    },
    /// An extension that is not read and that may change the appearance of the file.
    Extension {
        /// Name of the extension.
        name: String,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPositions { mesh, primitive } => {
                write!(formatter, "{mesh}: primitive {primitive} has no positions and is left out")
            }
            Self::NoSurface { mesh, primitive, what } => {
                write!(
                    formatter,
                    "{mesh}: primitive {primitive} is of {what}, which have no surface, and is left out"
                )
            }
            Self::Texture { material, place, why } => {
                write!(formatter, "{material}: its {place} texture is left out: {why}")
            }
            Self::JointSets { mesh, sets } => write!(
                formatter,
                "{mesh}: its vertices have {sets} sets of joints, which are read; other programs may read only the first set"
            ),
            Self::InstanceAttributes { node, names } => {
                write!(formatter, "{node}: its instances' attributes are left out: {}", names.join(", "))
            }
            Self::Unseen { names } => {
                let shown = names.iter().take(MOST_NAMES).map(|name| format!("{name:?}"));
                write!(formatter, "{}", shown.collect::<Vec<_>>().join(", "))?;
                if let Some(more) = names.len().checked_sub(MOST_NAMES).filter(|more| *more > 0) {
                    write!(formatter, " and {more} more")?;
                }
                let verb = if names.len() == 1 { "is" } else { "are" };
                write!(
                    formatter,
                    " {verb} left out: hosts read such names as collision shapes, navigation meshes or occluders"
                )
            }
            Self::Extension { name } => write!(formatter, "the extension {name} is left out"),
        }
    }
}
