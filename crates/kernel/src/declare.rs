//! Declarations that every room makes alike: closed lists of words, refusals, permissions. They must never hold a word of
//! any room.

/// Declares a closed list of words with their stored form and both names.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal, $zh:literal, $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$word_doc])* $word),* }

        impl $name {
            /// Every word of the list, in order.
            pub const ALL: &'static [Self] = &[$(Self::$word),*];

            /// The stored and wire form.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => $text),* }
            }

            /// The name on screen.
            pub const fn title(self) -> $crate::Text {
                match self { $(Self::$word => $crate::Text::fixed($zh, $en)),* }
            }

            /// The word of a stored form.
            pub fn from_stored(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }
    };
}

/// Declares every refusal of a family once: its fields, its stable word, the JSON pointer of the field it is about, and its
/// words. The list in brackets names the families that a list takes in.
#[macro_export]
macro_rules! refusals {
    ($(#[$list_doc:meta])* $list:ident [$($family:ident($inner:ty)),*] {
        $($(#[$doc:meta])* $name:ident $(($($field:ident: $type:ty),+))?, $slug:literal $(at $pointer:literal)?, $text:expr;)*
    }) => {
        $(#[$list_doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $list {
            $($(#[$doc])* $name $(($($type),+))?,)*
            $(#[doc = concat!("One of [`", stringify!($inner), "`].")] $family($inner),)*
        }

        impl $list {
            /// A stable word for the refusal, for programs.
            pub const fn slug(&self) -> &'static str {
                match self { $(Self::$name { .. } => $slug,)* $(Self::$family(inner) => inner.slug(),)* }
            }

            /// The JSON pointer of the field in the request that it is about, when it is about one.
            pub const fn pointer(&self) -> Option<&'static str> {
                match self {
                    $(Self::$name { .. } => $crate::refusals!(@pointer $($pointer)?),)*
                    $(Self::$family(inner) => inner.pointer(),)*
                }
            }

            /// What stands in the way and what to do about it.
            pub fn text(&self) -> $crate::Text {
                match self { $(Self::$name $(($($field),+))? => $text,)* $(Self::$family(inner) => inner.text(),)* }
            }

            /// The stable words of every refusal, in order.
            #[cfg(test)]
            pub(crate) fn slugs() -> Vec<&'static str> {
                let families: Vec<Vec<&'static str>> = vec![$(<$inner>::slugs()),*];
                [$($slug),*].into_iter().chain(families.concat()).collect()
            }
        }

        $(impl From<$inner> for $list {
            fn from(refusal: $inner) -> Self {
                Self::$family(refusal)
            }
        })*
    };
    (@pointer) => { None };
    (@pointer $pointer:literal) => { Some($pointer) };
}

/// Declares the permissions of a room: each with its word, its names and the roles that have it from the start; `alone` says
/// that a system which holds it may hold nothing else.
#[macro_export]
macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $zh:literal, $en:literal, [$($role:ident),*] $(, $alone:ident)?;)*) => {
        $($(#[$doc])* pub const $name: $crate::Permission = $crate::Permission($text);)*

        /// The permissions of this room.
        pub fn specs() -> Vec<$crate::PermissionSpec> {
            vec![$($crate::PermissionSpec {
                permission: $name,
                title: $crate::Text::fixed($zh, $en),
                roles: &[$($crate::Role::$role),*],
                alone: $crate::permissions!(@alone $($alone)?),
            }),*]
        }
    };
    (@alone) => { false };
    (@alone alone) => { true };
}
