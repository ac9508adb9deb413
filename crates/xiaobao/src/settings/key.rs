//! The list of settings. Adding one here makes it known to flags, environment and file alike.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::enum_variant_names, reason = "a setting is called what its flag and variable are called")]
pub enum Key {
    /// The database.
    Database,
    /// The address to listen on.
    Listen,
    /// Where attachments lie.
    Objects,
    /// The key file.
    KeyFile,
    /// The text of the key file.
    Keys,
    /// The folder with regulation files.
    Regulation,
    /// Run pending migrations at the start.
    Migrate,
    /// Cookies over TLS only.
    SecureCookies,
    /// Proxies that are trusted.
    TrustedProxies,
    /// The largest attachment.
    AttachmentMibMax,
    /// A second factor for everybody.
    SecondFactorRequired,
    /// The address under which others reach this house.
    PublicUrl,
    /// Webhooks to receivers in private networks.
    WebhookPrivateAllowed,
    /// Minutes between two signed checkpoints.
    CheckpointMinutes,
    /// The telephone number that customers are shown.
    ContactHotline,
    /// The postal address that customers are shown.
    ContactAddress,
    /// The hours that customers are shown.
    ContactHours,
    /// Reading connections.
    Readers,
    /// Writing connections.
    Writers,
    /// Which log lines are written.
    LogLevel,
    /// The shape of log lines.
    LogFormat,
    /// The language of messages.
    Language,
    /// The S3 store's address.
    S3Endpoint,
    /// The S3 store's region.
    S3Region,
    /// The S3 store's user.
    S3AccessKeyId,
    /// The S3 store's password.
    S3SecretAccessKey,
    /// The S3 store without TLS.
    S3AllowHttp,
}

impl Key {
    /// Every setting.
    pub const ALL: [Self; 27] = [
        Self::Database,
        Self::Listen,
        Self::Objects,
        Self::KeyFile,
        Self::Keys,
        Self::Regulation,
        Self::Migrate,
        Self::SecureCookies,
        Self::TrustedProxies,
        Self::AttachmentMibMax,
        Self::SecondFactorRequired,
        Self::PublicUrl,
        Self::WebhookPrivateAllowed,
        Self::CheckpointMinutes,
        Self::ContactHotline,
        Self::ContactAddress,
        Self::ContactHours,
        Self::Readers,
        Self::Writers,
        Self::LogLevel,
        Self::LogFormat,
        Self::Language,
        Self::S3Endpoint,
        Self::S3Region,
        Self::S3AccessKeyId,
        Self::S3SecretAccessKey,
        Self::S3AllowHttp,
    ];

    /// The name in the TOML file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Listen => "listen",
            Self::Objects => "objects",
            Self::KeyFile => "key_file",
            Self::Keys => "keys",
            Self::Regulation => "regulation",
            Self::Migrate => "migrate",
            Self::SecureCookies => "secure_cookies",
            Self::TrustedProxies => "trusted_proxies",
            Self::AttachmentMibMax => "attachment_mib_max",
            Self::SecondFactorRequired => "second_factor_required",
            Self::PublicUrl => "public_url",
            Self::WebhookPrivateAllowed => "webhook_private_allowed",
            Self::CheckpointMinutes => "checkpoint_minutes",
            Self::ContactHotline => "contact_hotline",
            Self::ContactAddress => "contact_address",
            Self::ContactHours => "contact_hours",
            Self::Readers => "readers",
            Self::Writers => "writers",
            Self::LogLevel => "log_level",
            Self::LogFormat => "log_format",
            Self::Language => "language",
            Self::S3Endpoint => "s3_endpoint",
            Self::S3Region => "s3_region",
            Self::S3AccessKeyId => "s3_access_key_id",
            Self::S3SecretAccessKey => "s3_secret_access_key",
            Self::S3AllowHttp => "s3_allow_http",
        }
    }

    /// The name of the flag.
    pub fn flag(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    /// The name in the environment.
    pub fn environment(self) -> String {
        format!("XIAOBAO_{}", self.name().to_uppercase())
    }

    /// Whether the value is a secret. A secret does not come by flag, where every user of the machine could read it, and
    /// the keys themselves do not stand in the TOML file either.
    pub const fn may_stand_in_file(self) -> bool {
        !matches!(self, Self::Keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let names: std::collections::HashSet<&str> = Key::ALL.iter().map(|key| key.name()).collect();
        assert_eq!(names.len(), Key::ALL.len());
        assert_eq!(Key::KeyFile.flag(), "--key-file");
        assert_eq!(Key::KeyFile.environment(), "XIAOBAO_KEY_FILE");
    }
}
