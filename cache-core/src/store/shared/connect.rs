//! From a URL and settings to a bucket.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, ObjectStoreScheme, RetryConfig};
use url::Url;

use super::super::error::StoreError;

/// The bucket of a URL, and the prefix in it.
pub(super) fn connect(
    url: &str,
    settings: impl IntoIterator<Item = (String, String)>,
    patience: Duration,
) -> Result<(Arc<dyn ObjectStore>, Path), StoreError> {
    // TLS needs someone to do its mathematics; a program that has chosen already keeps its choice.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let foreign = |reason: String| StoreError::Foreign { place: url.to_owned(), reason };
    let parsed = Url::parse(url).map_err(|error| foreign(error.to_string()))?;
    if !parsed.username().is_empty() && parsed.password().is_some() {
        return Err(foreign("a URL is no place for a password".to_owned()));
    }
    let (scheme, prefix) = ObjectStoreScheme::parse(&parsed).map_err(|error| foreign(error.to_string()))?;
    let settings: Vec<(String, String)> = settings
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| is_of_a_cloud(name))
        .collect();
    let retry = RetryConfig {
        backoff: BackoffConfig { max_backoff: Duration::from_secs(5), ..BackoffConfig::default() },
        max_retries: 10,
        retry_timeout: patience,
    };
    let client = ClientOptions::new().with_connect_timeout(Duration::from_secs(5)).with_timeout(patience);
    macro_rules! build {
        ($builder:expr, $key:ty) => {{
            let builder = $builder.with_url(url).with_retry(retry).with_client_options(client);
            settings
                .iter()
                .filter_map(|(name, value)| Some((name.parse::<$key>().ok()?, value)))
                .fold(builder, |builder, (key, value)| builder.with_config(key, value))
                .build()
                .map(|objects| Arc::new(objects) as Arc<dyn ObjectStore>)
        }};
    }
    let objects = match scheme {
        ObjectStoreScheme::AmazonS3 => build!(AmazonS3Builder::new(), AmazonS3ConfigKey),
        ObjectStoreScheme::MicrosoftAzure => build!(MicrosoftAzureBuilder::new(), AzureConfigKey),
        ObjectStoreScheme::GoogleCloudStorage => build!(GoogleCloudStorageBuilder::new(), GoogleConfigKey),
        ObjectStoreScheme::Local => {
            return Err(foreign("it is a folder: open it as a store of this machine".to_owned()));
        }
        _ => return Err(foreign("its kind is not known; known are s3://, az:// and gs://".to_owned())),
    };
    let denied = |error: object_store::Error| StoreError::Denied { place: url.to_owned(), reason: error.to_string() };
    Ok((objects.map_err(denied)?, prefix))
}

/// The crate knows `region` and `token` as well; in an environment these can be anybody's. Its own `from_env` goes by the same prefixes.
fn is_of_a_cloud(name: &str) -> bool {
    ["aws_", "azure_", "google_"].iter().any(|prefix| name.starts_with(prefix))
}
