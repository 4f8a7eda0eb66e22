//! The stack machine that carries out a pickle's instructions.

#![forbid(unsafe_code)]

use std::collections::HashMap;

use super::codes::*;
use super::value::{Global, MOST_DIMENSIONS, Object, Pickle, Storage, Value, View};
use crate::weights::torch_file::error::PickleError;

/// Largest number of values that are pushed on the stack in all. A tensor takes about 25. A value has 24
/// bytes and an object 40, so that no pickle takes more than about 300 MB.
const MOST_VALUES: usize = 1 << 21;
/// Largest number of values that are remembered under a number. A tensor takes about 6.
const MOST_REMEMBERED: usize = 1 << 20;
/// Version of the pickle format that `torch.save` writes by default. Other versions are refused.
const PROTOCOL: u8 = 2;

type Made<T> = Result<T, PickleError>;

/// A pickle while it is read.
pub(super) struct Machine<'a> {
    bytes: &'a [u8],
    position: usize,
    /// Offset of the current instruction, for messages.
    offset: usize,
    stack: Vec<Value<'a>>,
    /// Number of values that were pushed in all.
    pushed: usize,
    memo: HashMap<u32, Value<'a>>,
    objects: Vec<Object<'a>>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            position: 0,
            offset: 0,
            stack: Vec::new(),
            pushed: 0,
            memo: HashMap::new(),
            objects: Vec::new(),
        }
    }

    /// Reads all instructions.
    pub(super) fn run(mut self) -> Made<Pickle<'a>> {
        loop {
            self.offset = self.position;
            let [code] = self.take()?;
            if code == STOP {
                break;
            }
            self.step(code)?;
        }
        let root = self.pop()?;
        if !self.stack.is_empty() || self.position != self.bytes.len() {
            return Err(self.malformed("it ends before its last value"));
        }
        Ok(Pickle { root, objects: self.objects })
    }

    fn step(&mut self, code: u8) -> Made<()> {
        match code {
            PROTO => match self.take()? {
                [PROTOCOL] => Ok(()),
                _ => Err(self.malformed("the protocol is not 2, which torch.save uses")),
            },
            MARK => self.push(Value::Mark),
            NONE | NEWTRUE | NEWFALSE | EMPTY_LIST => self.push(Value::Inert),
            BINFLOAT => self.take::<8>().and_then(|_| self.push(Value::Inert)),
            BININT | BININT1 | BININT2 | LONG1 => self.integer(code),
            BINUNICODE => self.text(),
            APPEND => self.pop().and_then(|_| self.expect_inert()),
            APPENDS => self.pop_to_mark().and_then(|_| self.expect_inert()),
            EMPTY_TUPLE => self.make(Object::Tuple(Vec::new())),
            TUPLE1 => self.tuple(1),
            TUPLE2 => self.tuple(2),
            TUPLE3 => self.tuple(3),
            TUPLE => {
                let values = self.pop_to_mark()?;
                self.make(Object::Tuple(values))
            }
            EMPTY_DICT => self.make(Object::Dictionary(Vec::new())),
            SETITEM => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set(&[key, value])
            }
            SETITEMS => {
                let items = self.pop_to_mark()?;
                self.set(&items)
            }
            BINPUT => self.take().and_then(|[key]| self.remember(key.into())),
            LONG_BINPUT => self.take().and_then(|key| self.remember(u32::from_le_bytes(key))),
            BINGET => self.take().and_then(|[key]| self.recall(key.into())),
            LONG_BINGET => self.take().and_then(|key| self.recall(u32::from_le_bytes(key))),
            GLOBAL => self.global(),
            BINPERSID => self.storage(),
            REDUCE => self.reduce(),
            BUILD => self.build(),
            _ => {
                let name = refused_name(code);
                Err(PickleError::Instruction { code, name, offset: self.offset })
            }
        }
    }

    fn malformed(&self, what: &'static str) -> PickleError {
        PickleError::Malformed { what, offset: self.offset }
    }

    fn take<const COUNT: usize>(&mut self) -> Made<[u8; COUNT]> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let found = rest.first_chunk().copied().ok_or_else(|| self.malformed("it was cut off"))?;
        self.position += COUNT;
        Ok(found)
    }

    fn take_slice(&mut self, count: usize) -> Made<&'a [u8]> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let found = rest.get(..count).ok_or_else(|| self.malformed("it was cut off"))?;
        self.position += count;
        Ok(found)
    }

    fn push(&mut self, value: Value<'a>) -> Made<()> {
        if self.pushed == MOST_VALUES {
            return Err(PickleError::TooMany { what: "values", limit: MOST_VALUES, offset: self.offset });
        }
        self.pushed += 1;
        self.stack.push(value);
        Ok(())
    }

    fn make(&mut self, object: Object<'a>) -> Made<()> {
        self.push(Value::Object(self.objects.len()))?;
        self.objects.push(object);
        Ok(())
    }

    fn pop(&mut self) -> Made<Value<'a>> {
        match self.stack.pop() {
            Some(Value::Mark) | None => Err(self.malformed("a value is missing")),
            Some(value) => Ok(value),
        }
    }

    fn pop_to_mark(&mut self) -> Made<Vec<Value<'a>>> {
        let mark = self.stack.iter().rposition(|&value| value == Value::Mark);
        let mark = mark.ok_or_else(|| self.malformed("a mark is missing"))?;
        let values = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(values)
    }

    fn tuple(&mut self, count: usize) -> Made<()> {
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            values.insert(0, self.pop()?);
        }
        self.make(Object::Tuple(values))
    }

    /// Checks that the top of the stack is a value without meaning, such as a list. The items of lists are
    /// not kept.
    fn expect_inert(&mut self) -> Made<()> {
        match self.stack.last() {
            Some(Value::Inert) => Ok(()),
            _ => Err(self.malformed("there is no list to append to")),
        }
    }

    fn integer(&mut self, code: u8) -> Made<()> {
        let integer = match code {
            BININT1 => self.take::<1>()?[0].into(),
            BININT2 => u16::from_le_bytes(self.take()?).into(),
            BININT => i32::from_le_bytes(self.take()?).into(),
            _ => {
                let [count] = self.take()?;
                let bytes = self.take_slice(count.into())?;
                if bytes.len() > 8 {
                    return Err(self.malformed("an integer has more than 64 bits"));
                }
                let is_negative = bytes.last().is_some_and(|&last| last >= 0x80);
                let mut all = [if is_negative { 0xff } else { 0 }; 8];
                all.iter_mut().zip(bytes).for_each(|(to, &from)| *to = from);
                i64::from_le_bytes(all)
            }
        };
        self.push(Value::Integer(integer))
    }

    fn text(&mut self) -> Made<()> {
        let count = u32::from_le_bytes(self.take()?);
        let bytes = self.take_slice(count as usize)?;
        let text = std::str::from_utf8(bytes).map_err(|_| self.malformed("a text is not UTF-8"))?;
        self.push(Value::Text(text))
    }

    fn set(&mut self, items: &[Value<'a>]) -> Made<()> {
        let (pairs, rest) = items.as_chunks::<2>();
        let wrong = self.malformed("there is no dictionary to add to, or a key has no value");
        let dictionary = match self.stack.last() {
            Some(&Value::Object(index)) if rest.is_empty() => self.objects.get_mut(index),
            _ => None,
        };
        let Some(Object::Dictionary(all)) = dictionary else { return Err(wrong) };
        all.extend(pairs.iter().map(|&[key, value]| (key, value)));
        Ok(())
    }

    fn remember(&mut self, key: u32) -> Made<()> {
        let value = match self.stack.last() {
            Some(&value) if value != Value::Mark => value,
            _ => return Err(self.malformed("there is no value to remember")),
        };
        if self.memo.len() == MOST_REMEMBERED && !self.memo.contains_key(&key) {
            let (what, limit) = ("remembered values", MOST_REMEMBERED);
            return Err(PickleError::TooMany { what, limit, offset: self.offset });
        }
        self.memo.insert(key, value);
        Ok(())
    }

    fn recall(&mut self, key: u32) -> Made<()> {
        let value = self.memo.get(&key).copied();
        let value = value.ok_or_else(|| self.malformed("no value is remembered under the number"))?;
        self.push(value)
    }

    fn global(&mut self) -> Made<()> {
        let module = self.line()?;
        let name = self.line()?;
        let Some(global) = Global::of(module, name) else {
            // A long name is cut, because a message need not repeat 1 MB.
            let name: String =
                format!("{module:.120}.{name:.120}").chars().flat_map(char::escape_default).collect();
            return Err(PickleError::Global { name, offset: self.offset });
        };
        self.push(Value::Global(global))
    }

    fn line(&mut self) -> Made<&'a str> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let length = rest.iter().position(|&byte| byte == b'\n');
        let length = length.ok_or_else(|| self.malformed("it was cut off"))?;
        let line = self.take_slice(length)?;
        self.position += 1;
        std::str::from_utf8(line).map_err(|_| self.malformed("a name is not UTF-8"))
    }

    fn pop_tuple(&mut self) -> Made<&[Value<'a>]> {
        let value = self.pop()?;
        self.tuple_of(value).ok_or_else(|| self.malformed("there is no tuple of arguments"))
    }

    fn tuple_of(&self, value: Value<'a>) -> Option<&[Value<'a>]> {
        match value {
            Value::Object(index) => match self.objects.get(index)? {
                Object::Tuple(values) => Some(values),
                _ => None,
            },
            _ => None,
        }
    }

    /// Reads a persistent id, which is PyTorch's description of an array: `("storage", class, key, device,
    /// count)`.
    fn storage(&mut self) -> Made<()> {
        let &[
            Value::Text("storage"),
            Value::Global(Global::Storage(precision)),
            Value::Text(key),
            Value::Text(_),
            count,
        ] = self.pop_tuple()?
        else {
            return Err(self.malformed("a persistent id does not describe an array"));
        };
        let count = self.size(count)?;
        self.make(Object::Storage(Storage { precision, key, count }))
    }

    fn size(&self, value: Value<'a>) -> Made<usize> {
        match value {
            Value::Integer(size) => usize::try_from(size).ok(),
            _ => None,
        }
        .ok_or_else(|| self.malformed("a size, offset or stride is not a number from 0"))
    }

    fn sizes(&self, value: Value<'a>) -> Made<Vec<usize>> {
        match self.tuple_of(value) {
            // Several tensors may share one tuple, which must not be copied often if it is long.
            Some(sizes) if sizes.len() <= MOST_DIMENSIONS => {
                sizes.iter().map(|&size| self.size(size)).collect()
            }
            _ => Err(self.malformed("a shape is not a tuple of at most 16 sizes")),
        }
    }

    /// Makes the result that a call of a function of [`Global`] would have.
    fn reduce(&mut self) -> Made<()> {
        let arguments = self.pop_tuple()?;
        let empty = arguments.is_empty();
        let view = match *arguments {
            // The last two arguments are `requires_grad` and `backward_hooks`.
            [storage, offset, shape, strides, _, _] => Some((storage, offset, shape, strides)),
            _ => None,
        };
        match (self.pop()?, view) {
            (Value::Global(Global::OrderedDict), _) if empty => self.make(Object::Dictionary(Vec::new())),
            (Value::Global(Global::RebuildTensor), Some((storage, offset, shape, strides))) => {
                let offset = self.size(offset)?;
                let (shape, strides) = (self.sizes(shape)?, self.sizes(strides)?);
                self.make(Object::Tensor(Box::new(View { storage, offset, shape, strides })))
            }
            _ => Err(self.malformed("a call is not one that makes a dictionary or a tensor")),
        }
    }

    /// Drops the attributes of an object. A model's state dict has one attribute, `_metadata`.
    fn build(&mut self) -> Made<()> {
        self.pop()?;
        match self.stack.last() {
            Some(&Value::Object(index)) if matches!(self.objects.get(index), Some(Object::Dictionary(_))) => {
                Ok(())
            }
            _ => Err(self.malformed("attributes are set on a value that is no dictionary")),
        }
    }
}
