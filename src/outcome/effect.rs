//! [`Effect`]: what an operation does to its target.

/// The effect of an applied operation on its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Effect {
    /// The stream is cut and may not push.
    OffAir,
    /// The stream may push again.
    OnAir,
    /// A setting of a whole domain changes.
    DomainSetting,
    /// Moderation ends; the stream itself stays on air.
    ModerationEnded,
    /// The stream is disconnected once, and may push again.
    CutOnce,
    /// Nothing changes; the state is read.
    None,
}

impl Effect {
    /// The word for it in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether doing it twice ends the same as doing it once.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        match self {
            Self::OffAir
            | Self::OnAir
            | Self::DomainSetting
            | Self::ModerationEnded
            | Self::None => true,
            // A stream that is cut again loses the viewers that came back.
            Self::CutOnce => false,
        }
    }

    /// Whether it takes a stream off air, for a time or once.
    #[must_use]
    pub fn takes_off_air(self) -> bool {
        matches!(self, Self::OffAir | Self::CutOnce)
    }

    /// The effect in the words of the help.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::OffAir => "off air",
            Self::OnAir => "back on air",
            Self::DomainSetting => "whole domain changed",
            Self::ModerationEnded => "moderation ended only, the stream itself stays on air",
            Self::CutOnce => "cut once, may push again",
            Self::None => "nothing changed",
        }
    }
}
