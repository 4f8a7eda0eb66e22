//! What a file holds and a picture or a shape of it leaves out.

use std::fmt;

/// A thing of a document, by its number and, where it has one, its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What it is: "mesh", "material", "node".
    pub kind: &'static str,
    /// Its number in the document.
    pub index: usize,
    /// Its name.
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

/// How many names one warning lists.
const MOST_NAMES: usize = 3;

/// Something of a file that was left out or drawn in a simpler way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A primitive without positions.
    NoPositions {
        /// Its mesh.
        mesh: Named,
        /// Its number in the mesh.
        primitive: usize,
    },
    /// A primitive of points or lines.
    NoSurface {
        /// Its mesh.
        mesh: Named,
        /// Its number in the mesh.
        primitive: usize,
        /// "points" or "lines".
        what: &'static str,
    },
    /// A texture that could not be read, or that has no texture coordinates.
    Texture {
        /// The material that it belongs to.
        material: Named,
        /// Its place there: "base color", "normal".
        place: &'static str,
        /// Why, as a part of a sentence.
        why: String,
    },
    /// Vertices that follow more joints than hosts must read.
    JointSets {
        /// Their mesh.
        mesh: Named,
        /// Sets of four joints each.
        sets: usize,
    },
    /// Attributes of instances that say something else than where they stand.
    InstanceAttributes {
        /// The node that is placed several times.
        node: Named,
        /// The attributes' names.
        names: Vec<String>,
    },
    /// Nodes that are not shown because of their names: collision shapes, navigation meshes, occluders.
    Unseen {
        /// The names of the nodes.
        names: Vec<String>,
    },
    /// An extension that changes what the file shows and that is not read.
    Extension {
        /// Its name.
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
                "{mesh}: its vertices follow {sets} sets of joints; all of them are read here, and many programs read the first one only"
            ),
            Self::InstanceAttributes { node, names } => {
                write!(formatter, "{node}: of its instances {} is left out", names.join(", "))
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
