//! A plugin in Rust, against nothing but the C ABI (aip/abi.h, aip/ext/command_executor.h) and Rust's own library.
#![allow(non_camel_case_types)]

use std::ffi::c_void;
use std::os::raw::c_char;
use std::panic::{self, AssertUnwindSafe};
use std::ptr;

// ---- The contract, as far as this plugin needs it ------------------------------------------------------------------

type aip_status = i32;
const AIP_OK: aip_status = 0;
const AIP_INVALID: aip_status = 1;
const AIP_NOT_FOUND: aip_status = 2;
const AIP_INTERNAL: aip_status = 10;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct aip_text {
    data: *const c_char,
    size: u64,
}

#[repr(C)]
pub struct aip_host {
    struct_size: u32,
    abi_minor: u32,
    context: *mut c_void,
    log: extern "C" fn(*const aip_host, i32, aip_text),
    get_extension: extern "C" fn(*const aip_host, aip_text) -> *const c_void,
}

#[repr(C)]
pub struct aip_call {
    struct_size: u32,
    reserved: u32,
    context: *mut c_void,
    call_id: extern "C" fn(*const aip_call) -> aip_text,
    is_cancelled: extern "C" fn(*const aip_call) -> i32,
    wait_cancelled: extern "C" fn(*const aip_call, u64) -> i32,
    remaining_ms: extern "C" fn(*const aip_call) -> u64,
    set_result: extern "C" fn(*const aip_call, aip_text),
    set_error: extern "C" fn(*const aip_call, aip_text),
    progress: extern "C" fn(*const aip_call, u32, aip_text),
}

#[repr(C)]
pub struct aip_command {
    struct_size: u32,
    reserved: u32,
    tool: aip_text,
    tool_type: aip_text,
    parameters_json: aip_text,
}

#[repr(C)]
pub struct aip_command_executor {
    struct_size: u32,
    reserved: u32,
    execute: extern "C" fn(*mut aip_plugin, *const aip_call, *const aip_command) -> aip_status,
    cancel: Option<extern "C" fn(*mut aip_plugin, aip_text)>,
}

#[repr(C)]
pub struct aip_plugin {
    struct_size: u32,
    reserved: u32,
    context: *mut c_void,
    start: extern "C" fn(*mut aip_plugin, aip_text) -> aip_status,
    stop: extern "C" fn(*mut aip_plugin),
    destroy: extern "C" fn(*mut aip_plugin),
    get_extension: extern "C" fn(*mut aip_plugin, aip_text) -> *const c_void,
}

#[repr(C)]
pub struct aip_plugin_entry {
    struct_size: u32,
    abi_major: u32,
    abi_minor: u32,
    abi_minor_required: u32,
    id: *const c_char,
    version: *const c_char,
    create: extern "C" fn(*const aip_host, *mut aip_status) -> *mut aip_plugin,
}
unsafe impl Sync for aip_plugin_entry {}

fn size_of<T>() -> u32 {
    std::mem::size_of::<T>() as u32
}

/// What the agent lends for the duration of a call. It promises valid UTF-8.
fn view<'a>(text: aip_text) -> &'a str {
    if text.size == 0 {
        return "";
    }
    let bytes = unsafe { std::slice::from_raw_parts(text.data as *const u8, text.size as usize) };
    std::str::from_utf8(bytes).unwrap_or("")
}

fn borrow(text: &str) -> aip_text {
    aip_text { data: text.as_ptr() as *const c_char, size: text.len() as u64 }
}

// ---- The tools -----------------------------------------------------------------------------------------------------

struct Failure {
    status: aip_status,
    text: String,
}

fn failure(status: aip_status, text: &str) -> Failure {
    Failure { status, text: text.to_string() }
}

/// The text of {"name": "..."}, still escaped as JSON wants it: the agent has checked that there is this one member.
fn name_in(json: &str) -> Option<&str> {
    let value = &json[json.find(':')?..];
    let first = value.find('"')?;
    let last = value.rfind('"')?;
    if first < last {
        Some(&value[first + 1..last])
    } else {
        None
    }
}

fn run(tool: &str, parameters: &str) -> Result<String, Failure> {
    match tool {
        "greet" => {
            let name = name_in(parameters).ok_or_else(|| failure(AIP_INVALID, "'name': expected a text"))?;
            Ok(format!("\"Hello {}, from Rust\"", name))
        }
        "panic" => panic!("on purpose"),
        _ => Err(failure(AIP_NOT_FOUND, "no such tool")),
    }
}

/// Nothing may unwind into the agent.
fn guarded(tool: &str, parameters: &str) -> Result<String, Failure> {
    panic::catch_unwind(AssertUnwindSafe(|| run(tool, parameters))).unwrap_or_else(|cause| {
        let text = cause.downcast_ref::<&str>().copied().unwrap_or("for no reason given");
        Err(failure(AIP_INTERNAL, &format!("the tool panicked: {}", text)))
    })
}

extern "C" fn execute(_: *mut aip_plugin, call: *const aip_call, command: *const aip_command) -> aip_status {
    let (table, command) = unsafe { (&*call, &*command) };
    match guarded(view(command.tool), view(command.parameters_json)) {
        Ok(json) => {
            (table.set_result)(call, borrow(&json));
            AIP_OK
        }
        Err(failure) => {
            (table.set_error)(call, borrow(&failure.text));
            failure.status
        }
    }
}

// ---- The plugin ----------------------------------------------------------------------------------------------------

static EXECUTOR: aip_command_executor =
    aip_command_executor { struct_size: 24, reserved: 0, execute, cancel: None };

extern "C" fn start(_: *mut aip_plugin, _: aip_text) -> aip_status {
    panic::set_hook(Box::new(|_| {})); // the text of a panic is the error of the call
    AIP_OK
}

extern "C" fn stop(_: *mut aip_plugin) {}

extern "C" fn destroy(plugin: *mut aip_plugin) {
    drop(unsafe { Box::from_raw(plugin) });
}

extern "C" fn get_extension(_: *mut aip_plugin, id: aip_text) -> *const c_void {
    match view(id) {
        "aip.command-executor/1" => &EXECUTOR as *const aip_command_executor as *const c_void,
        _ => ptr::null(),
    }
}

extern "C" fn create(_: *const aip_host, status: *mut aip_status) -> *mut aip_plugin {
    unsafe { *status = AIP_OK };
    Box::into_raw(Box::new(aip_plugin {
        struct_size: size_of::<aip_plugin>(),
        reserved: 0,
        context: ptr::null_mut(),
        start,
        stop,
        destroy,
        get_extension,
    }))
}

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static aip_plugin_entry_v1: aip_plugin_entry = aip_plugin_entry {
    struct_size: std::mem::size_of::<aip_plugin_entry>() as u32,
    abi_major: 1,
    abi_minor: 0,
    abi_minor_required: 0,
    id: b"hello_rust\0".as_ptr() as *const c_char,
    version: b"1.0.0\0".as_ptr() as *const c_char,
    create,
};
