//! `att3d devices`: lists this machine's engines and devices, and what is missing.

use att3d::pipeline::{Device, EngineChoice, devices};
use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::output::print;

/// Arguments of `att3d devices`.
#[derive(Args)]
pub struct Devices {
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Devices {
    /// Runs the verb. Errors: `Output`.
    pub fn run(&self) -> Result<(), Failure> {
        let devices = devices();
        let missing = devices.missing.map(|error| error.to_string());
        let names = |info: &att3d::pipeline::DeviceInfo| {
            let engine = if info.engine == EngineChoice::Torch { "torch" } else { "embedded" };
            let device = match info.device {
                Device::Cuda(index) => format!("cuda:{index}"),
                Device::Cpu | Device::Auto => "cpu".to_owned(),
            };
            (engine, device)
        };
        if self.json {
            let found = devices.found.iter().map(|info| {
                let (engine, device) = names(info);
                json!({ "engine": engine, "device": device, "name": info.name, "threads": info.threads })
            });
            let found: Vec<_> = found.collect();
            print(format_args!("{:#}", json!({ "devices": found, "missing": missing })))?;
            return Ok(());
        }
        for info in &devices.found {
            let (engine, device) = names(info);
            print(format_args!(
                "--engine {engine:<9} --device {device:<7} {}, {} threads",
                info.name, info.threads
            ))?;
        }
        if let Some(missing) = missing {
            print(format_args!("\nlibtorch: {missing}"))?;
        }
        Ok(())
    }
}
