"""The header's structs. ``tests/test_header.py`` compares them with ``att3d.h``."""

import ctypes
import operator
from ctypes import (
    CFUNCTYPE,
    POINTER,
    c_char,
    c_char_p,
    c_double,
    c_float,
    c_int32,
    c_uint8,
    c_uint32,
    c_size_t,
    c_uint64,
    c_void_p,
)
from typing import Any

Progress = CFUNCTYPE(c_uint32, c_void_p, c_float)
Release = CFUNCTYPE(None, c_void_p)
Log = CFUNCTYPE(None, c_void_p, c_uint32, c_char_p)


#: Ranges of the integer types of C.
_RANGES: dict[object, tuple[int, int]] = {
    c_uint8: (0, 0xFF),
    c_uint32: (0, 0xFFFFFFFF),
    c_int32: (-0x80000000, 0x7FFFFFFF),
    c_uint64: (0, 0xFFFFFFFFFFFFFFFF),
    c_size_t: (0, 2 ** (8 * ctypes.sizeof(c_size_t)) - 1),
}


def whole(value: object, kind: object, name: str) -> int:
    """Returns a value as an integer that fits a type of C.

    Raises TypeError for a value that is not a whole number, and ValueError for a number out of range. ctypes
    would silently change such a number.
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} is {value!r}; expected a whole number") from None
    low, high = _RANGES[kind]
    if not low <= number <= high:
        raise ValueError(f"{name} is {number}; expected a whole number from {low} to {high}")
    return number


class Sized(ctypes.Structure):
    """A struct that begins with its size.

    Integers that do not fit their fields raise TypeError or ValueError.
    """

    def __init__(self, **values: object):
        kinds = {field[0]: field[1] for field in self._fields_}
        for name, value in values.items():
            if kinds.get(name) in _RANGES:
                values[name] = whole(value, kinds[name], name)
        super().__init__(struct_size=ctypes.sizeof(type(self)), **values)


class Watched(Sized):
    """A struct with a progress callback, which `_callbacks.watch` sets."""

    #: Held progress function (_callbacks.Held), or None. It is not part of the C struct.
    held: Any = None


class att3d_progress(ctypes.Structure):
    _fields_ = [
        ("callback", Progress),
        ("user", c_void_p),
        ("release", Release),
    ]


class att3d_context_desc(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("device", c_uint32),
        ("device_index", c_uint32),
        ("thread_count", c_uint32),
        ("engine", c_uint32),
        ("precision", c_uint32),
        ("is_worker", c_uint32),
        ("thread_priority", c_uint32),
        ("field_memory", c_uint64),
        ("memory_limit", c_uint64),
    ]


class att3d_context_info(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("device", c_uint32),
        ("device_index", c_uint32),
        ("thread_count", c_uint32),
        ("engine", c_uint32),
        ("precision", c_uint32),
        ("is_worker", c_uint32),
        ("reserved", c_uint32),
        ("memory_in_use", c_uint64),
        ("memory_free", c_uint64),
        ("memory_total", c_uint64),
    ]


class att3d_device_info(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("device", c_uint32),
        ("device_index", c_uint32),
        ("thread_count", c_uint32),
        ("engine", c_uint32),
        ("name", c_char * 64),
    ]


class att3d_model_info(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("format_version", c_uint32),
        ("capabilities", c_uint32),
        ("word_count", c_uint32),
        ("context_length", c_uint32),
        ("meters_per_unit", c_float),
        ("parameter_count", c_uint64),
        ("thing_count", c_uint32),
        ("reserved", c_uint32),
    ]


class att3d_load_desc(Watched):
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("path", c_char_p),
        ("bytes", c_void_p),
        ("size", c_size_t),
        ("progress", att3d_progress),
    ]


class att3d_surface_desc(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("positions", POINTER(c_float)),
        ("normals", POINTER(c_float)),
        ("colors", POINTER(c_float)),
        ("uvs", POINTER(c_float)),
        ("indices", POINTER(c_uint32)),
        ("vertex_count", c_size_t),
        ("triangle_count", c_size_t),
    ]


class att3d_shape_info(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("point_count", c_uint32),
        ("keep", c_float),
        ("has_frame", c_uint32),
        ("center", c_float * 3),
        ("units", c_float),
    ]


class att3d_field_info(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("iso_level", c_float),
        ("has_materials", c_uint32),
        ("minimum", c_float * 3),
        ("maximum", c_float * 3),
    ]


class att3d_sample_desc(Watched):
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("values", POINTER(c_float)),
        ("gradients", POINTER(c_float)),
        ("colors", POINTER(c_float)),
        ("materials", POINTER(c_float)),
        ("progress", att3d_progress),
    ]


class att3d_generate_desc(Watched):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("resolution", c_uint32),
        ("texture_size", c_uint32),
        ("triangle_budget", c_uint32),
        ("level_count", c_uint32),
        ("hull_count", c_uint32),
        ("hull_vertex_count", c_uint32),
        ("min_component", c_float),
        ("reserved", c_uint32),
        ("seed", c_uint64),
        ("memory_limit", c_uint64),
        ("progress", att3d_progress),
    ]


class att3d_morph_desc(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("step_count", c_uint32),
        ("bound", c_float),
    ]


class att3d_target_view(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("vertex_count", c_uint32),
        ("mean_residual", c_float),
        ("uncovered", c_float),
        ("astray", c_float),
        ("folded", c_float),
        ("name", c_char_p),
        ("positions", POINTER(c_float)),
        ("normals", POINTER(c_float)),
        ("colors", POINTER(c_float)),
    ]


class att3d_paint_desc(Watched):
    _fields_ = [
        ("struct_size", c_uint32),
        ("texture_size", c_uint32),
        ("progress", att3d_progress),
    ]


class att3d_restyle_desc(Watched):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("texture_size", c_uint32),
        ("reserved", c_uint32),
        ("seed", c_uint64),
        ("progress", att3d_progress),
    ]


class att3d_mesh_view(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("vertex_count", c_uint32),
        ("triangle_count", c_uint32),
        ("reserved", c_uint32),
        ("positions", POINTER(c_float)),
        ("normals", POINTER(c_float)),
        ("colors", POINTER(c_float)),
        ("materials", POINTER(c_float)),
        ("uvs", POINTER(c_float)),
        ("indices", POINTER(c_uint32)),
        ("tangents", POINTER(c_float)),
    ]


class att3d_mesh_info(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("resolution", c_uint32),
        ("minimum", c_float * 3),
        ("maximum", c_float * 3),
        ("text_milliseconds", c_float),
        ("generator_milliseconds", c_float),
        ("surface_milliseconds", c_float),
        ("texture_milliseconds", c_float),
        ("point_evaluations", c_uint64),
        ("gradient_evaluations", c_uint64),
        ("texture_size", c_uint32),
        ("chart_count", c_uint32),
        ("stretch", c_float),
        ("texels_per_unit", c_float),
        ("unwrap_milliseconds", c_float),
        ("bake_milliseconds", c_float),
        ("level_count", c_uint32),
        ("detail_milliseconds", c_float),
        ("target_count", c_uint32),
        ("hull_count", c_uint32),
    ]


class att3d_texture_view(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("width", c_uint32),
        ("height", c_uint32),
        ("channels", c_uint32),
        ("texels", POINTER(c_uint8)),
    ]


class att3d_level_view(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("triangle_count", c_uint32),
        ("indices", POINTER(c_uint32)),
    ]


class att3d_mesh_report(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("point_count", c_uint32),
        ("boundary_edge_count", c_uint32),
        ("non_manifold_edge_count", c_uint32),
        ("component_count", c_uint32),
        ("removed_component_count", c_uint32),
        ("lost_component_count", c_uint32),
        ("reserved", c_uint32),
        ("volume", c_double),
        ("area", c_double),
        ("removed_volume", c_double),
        ("lost_volume", c_double),
        ("hausdorff", c_double),
    ]


class att3d_vertex_attribute(ctypes.Structure):
    _fields_ = [
        ("format", c_uint32),
        ("offset", c_uint32),
    ]


class att3d_vertex_layout(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("stride", c_uint32),
        ("position", att3d_vertex_attribute),
        ("normal", att3d_vertex_attribute),
        ("tangent", att3d_vertex_attribute),
        ("color", att3d_vertex_attribute),
        ("material", att3d_vertex_attribute),
        ("uv", att3d_vertex_attribute),
    ]


class att3d_picture_desc(Watched):
    _fields_ = [
        ("struct_size", c_uint32),
        ("width", c_uint32),
        ("height", c_uint32),
        ("samples", c_uint32),
        ("turn_degrees", c_float),
        ("rise_degrees", c_float),
        ("progress", att3d_progress),
    ]


class att3d_export_desc(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("format", c_uint32),
        ("pivot", c_uint32),
        ("up_axis", c_uint32),
        ("hull_names", c_uint32),
        ("meters_per_unit", c_float),
        ("size", c_float),
        ("seconds", c_float),
    ]


class att3d_job_info(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("state", c_uint32),
        ("fraction", c_float),
        ("status", c_int32),
        ("mesh_count", c_uint32),
        ("buffer_count", c_uint32),
    ]


class att3d_live_info(Sized):
    _fields_ = [
        ("struct_size", c_uint32),
        ("status", c_int32),
        ("requested", c_uint64),
        ("answered", c_uint64),
        ("word_state", c_uint32),
        ("reserved", c_uint32),
        ("word", c_char * 64),
        ("left_out", c_char * 256),
        ("message", c_char * 256),
        ("replaced", c_char * 256),
        ("understood", c_char * 256),
    ]
