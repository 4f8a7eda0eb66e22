"""Copies of meshes as objects of other packages."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ._optional import optional
from ._types import Error, Status, Texture

if TYPE_CHECKING:
    from .mesh import Mesh


def _image(mesh: "Mesh", texture: Texture) -> Any:
    """Returns a texture as an image of Pillow; None if the mesh does not have it."""
    image = optional("PIL.Image", "Pillow", "to_trimesh with textures")
    try:
        texels = mesh.texture(texture)
    except Error as error:
        if error.status != Status.UNSUPPORTED:
            raise
        return None
    return image.fromarray(np.array(texels[..., 0] if texels.shape[2] == 1 else texels))


def trimesh(mesh: "Mesh") -> Any:
    """Returns a `trimesh.Trimesh`.

    Raises ImportError if trimesh is not installed, or if the mesh has textures and Pillow is not installed.
    """
    package = optional("trimesh", "trimesh", "to_trimesh")
    if len(mesh.uvs):
        material = package.visual.material.PBRMaterial(
            baseColorTexture=_image(mesh, Texture.BASE_COLOR),
            metallicRoughnessTexture=_image(mesh, Texture.ROUGHNESS_METALLIC),
            normalTexture=_image(mesh, Texture.NORMAL),
            occlusionTexture=_image(mesh, Texture.OCCLUSION),
            metallicFactor=1.0,
            roughnessFactor=1.0,
        )
        # trimesh measures v upward from the lower left corner.
        coordinates = mesh.uvs * np.array([1.0, -1.0]) + np.array([0.0, 1.0])
        visual = package.visual.TextureVisuals(uv=coordinates, material=material)
    else:
        colors = np.rint(255.0 * np.clip(mesh.colors, 0.0, 1.0)).astype(np.uint8)
        visual = package.visual.ColorVisuals(vertex_colors=colors)
    return package.Trimesh(
        vertices=mesh.positions.astype(np.float64),
        faces=mesh.triangles.astype(np.int64),
        vertex_normals=mesh.normals.astype(np.float64),
        visual=visual,
        metadata={"prompt": mesh.prompt},
        # With process=True, trimesh would join vertices with nearly equal attributes and change their order.
        process=False,
    )


def open3d(mesh: "Mesh") -> Any:
    """Returns an `open3d.geometry.TriangleMesh`. Raises ImportError without open3d."""
    package = optional("open3d", "open3d", "to_open3d")
    vector = package.utility.Vector3dVector
    made = package.geometry.TriangleMesh(
        vector(mesh.positions.astype(np.float64)),
        package.utility.Vector3iVector(mesh.triangles.astype(np.int32)),
    )
    made.vertex_normals = vector(mesh.normals.astype(np.float64))
    made.vertex_colors = vector(mesh.colors.astype(np.float64))
    if len(mesh.uvs):
        # Open3D draws the first row of a texture at v = 0, as this library does.
        corners = mesh.uvs[mesh.triangles.ravel()].astype(np.float64)
        made.triangle_uvs = package.utility.Vector2dVector(corners)
        made.textures = [package.geometry.Image(np.array(mesh.texture(Texture.BASE_COLOR)))]
        made.triangle_material_ids = package.utility.IntVector(np.zeros(len(mesh.triangles), np.int32))
    return made
