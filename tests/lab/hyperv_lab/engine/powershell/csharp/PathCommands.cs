// Copyright: (c) 2026, datacenter.hyperv contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.IO;
using System.Management.Automation;
using HyperVLab;

// These commands take the place of PowerShell's own on Linux, which write paths with "/" and, in small builds of the engine,
// read and write real files only. They have the original class names because error ids end with them.
namespace Microsoft.PowerShell.Commands
{
    /// <summary>Join-Path as on Windows: with "\" where the path is a Windows path.</summary>
    [Cmdlet("Join", "Path")]
    [OutputType(typeof(string))]
    public sealed class JoinPathCommand : PSCmdlet
    {
        [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Alias("PSPath")]
        public string[] Path { get; set; }

        [Parameter(Position = 1, Mandatory = true, ValueFromPipelineByPropertyName = true)]
        [AllowNull, AllowEmptyString]
        public string[] ChildPath { get; set; }

        [Parameter(Position = 2, ValueFromRemainingArguments = true)]
        [AllowNull, AllowEmptyString, AllowEmptyCollection]
        public string[] AdditionalChildPath { get; set; } = Array.Empty<string>();

        [Parameter]
        public SwitchParameter Resolve { get; set; }

        protected override void ProcessRecord()
        {
            foreach (string parent in Path)
            {
                string joined = parent;
                foreach (string child in ChildPath)
                {
                    joined = Join(joined, child);
                }

                foreach (string child in AdditionalChildPath)
                {
                    joined = Join(joined, child);
                }

                if (!Resolve)
                {
                    WriteObject(joined);
                    continue;
                }

                foreach (PathInfo found in SessionState.Path.GetResolvedPSPathFromPSPath(joined))
                {
                    WriteObject(found.Path);
                }
            }
        }

        private string Join(string parent, string child) => WindowsPath.Is(parent)
            ? parent.Replace('/', '\\').TrimEnd('\\') + "\\" + (child ?? "").Replace('/', '\\').TrimStart('\\')
            : SessionState.Path.Combine(parent, child);
    }

    /// <summary>Split-Path as on Windows: with "\" where the path is a Windows path.</summary>
    [Cmdlet("Split", "Path", DefaultParameterSetName = "ParentSet")]
    [OutputType(typeof(string), typeof(bool))]
    public sealed class SplitPathCommand : PSCmdlet
    {
        [Parameter(Position = 0, Mandatory = true, ParameterSetName = "ParentSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Parameter(Position = 0, Mandatory = true, ParameterSetName = "LeafSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Parameter(Position = 0, Mandatory = true, ParameterSetName = "LeafBaseSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Parameter(Position = 0, Mandatory = true, ParameterSetName = "ExtensionSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Parameter(Position = 0, Mandatory = true, ParameterSetName = "QualifierSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Parameter(Position = 0, Mandatory = true, ParameterSetName = "NoQualifierSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Parameter(Position = 0, Mandatory = true, ParameterSetName = "IsAbsoluteSet", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        public string[] Path { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "LiteralPathSet", ValueFromPipelineByPropertyName = true)]
        [Alias("PSPath", "LP")]
        public string[] LiteralPath { get => Path; set => Path = value; }

        [Parameter(ParameterSetName = "ParentSet")]
        public SwitchParameter Parent { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "LeafSet")]
        public SwitchParameter Leaf { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "LeafBaseSet")]
        public SwitchParameter LeafBase { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "ExtensionSet")]
        public SwitchParameter Extension { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "QualifierSet")]
        public SwitchParameter Qualifier { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "NoQualifierSet")]
        public SwitchParameter NoQualifier { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "IsAbsoluteSet")]
        public SwitchParameter IsAbsolute { get; set; }

        protected override void ProcessRecord()
        {
            foreach (string path in Path)
            {
                WriteObject(Part(path));
            }
        }

        private object Part(string path)
        {
            bool windows = WindowsPath.Is(path);
            int colon = path.IndexOf(':');
            string leaf = windows ? WindowsPath.Leaf(path) : SessionState.Path.ParseChildName(path);
            int dot = leaf.LastIndexOf('.');
            switch (ParameterSetName)
            {
                case "LeafSet": return leaf;
                case "LeafBaseSet": return dot < 0 ? leaf : leaf.Substring(0, dot);
                case "ExtensionSet": return dot < 0 ? "" : leaf.Substring(dot);
                case "QualifierSet": return colon < 0 ? null : path.Substring(0, colon + 1);
                case "NoQualifierSet": return path.Substring(colon + 1);
                case "IsAbsoluteSet": return SessionState.Path.IsPSAbsolute(path, out _);
                default: return windows ? WindowsPath.Parent(path) : SessionState.Path.ParseParent(path, "");
            }
        }
    }

    /// <summary>What the content commands share: where a path leads.</summary>
    public abstract class ContentCommand : PSCmdlet
    {
        [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path", ValueFromPipelineByPropertyName = true)]
        public string[] Path { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
        [Alias("PSPath", "LP")]
        public string[] LiteralPath { get; set; }

        [Parameter]
        public string Encoding { get; set; }

        [Parameter]
        public SwitchParameter Force { get; set; }

        protected IEnumerable<string> Targets(bool mustExist)
        {
            foreach (string path in Path ?? LiteralPath)
            {
                foreach (string found in Found(path, mustExist))
                {
                    yield return found;
                }
            }
        }

        protected static bool IsSimulated(string path) => WindowsPath.Is(path);

        protected void Complain(HostFileException error) => WriteError(error.Record);

        private IEnumerable<string> Found(string path, bool mustExist)
        {
            ProviderInfo provider;
            try
            {
                if (LiteralPath == null && mustExist)
                {
                    return SessionState.Path.GetResolvedProviderPathFromPSPath(path, out provider);
                }

                string plain = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
                if (mustExist && !InvokeProvider.Item.Exists(path, false, true))
                {
                    throw new ItemNotFoundException($"Cannot find path '{path}' because it does not exist.");
                }

                return new[] { plain };
            }
            catch (Exception error) when (error is ItemNotFoundException || error is System.Management.Automation.DriveNotFoundException)
            {
                WriteError(new ErrorRecord(
                    error, error is ItemNotFoundException ? "PathNotFound" : "DriveNotFound", ErrorCategory.ObjectNotFound, path));
                return Array.Empty<string>();
            }
        }
    }

    /// <summary>Get-Content for text files.</summary>
    [Cmdlet("Get", "Content", DefaultParameterSetName = "Path")]
    public sealed class GetContentCommand : ContentCommand
    {
        [Parameter]
        public SwitchParameter Raw { get; set; }

        [Parameter]
        [Alias("First", "Head")]
        public long TotalCount { get; set; } = -1;

        [Parameter]
        [Alias("Last")]
        public int Tail { get; set; } = -1;

        [Parameter]
        public long ReadCount { get; set; } = 1;

        protected override void ProcessRecord()
        {
            foreach (string path in Targets(true))
            {
                try
                {
                    Show(IsSimulated(path) ? HostFiles.Ask("read", HostFiles.Normal(path)).GetString() : File.ReadAllText(path));
                }
                catch (HostFileException error)
                {
                    Complain(error);
                }
            }
        }

        private void Show(string text)
        {
            if (Raw)
            {
                WriteObject(text);
                return;
            }

            var lines = new List<string>();
            using (var reader = new StringReader(text))
            {
                while (reader.ReadLine() is string line)
                {
                    lines.Add(line);
                }
            }

            int from = Tail < 0 ? 0 : Math.Max(0, lines.Count - Tail);
            long to = TotalCount < 0 ? lines.Count : Math.Min(TotalCount, lines.Count);
            for (int at = from; at < to; at++)
            {
                WriteObject(lines[at]);
            }
        }
    }

    /// <summary>Set-Content for text files.</summary>
    [Cmdlet("Set", "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
    public class SetContentCommand : ContentCommand
    {
        private readonly List<string> lines = new List<string>();

        [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [AllowNull, AllowEmptyCollection]
        public object[] Value { get; set; }

        [Parameter]
        public SwitchParameter NoNewline { get; set; }

        [Parameter]
        public SwitchParameter PassThru { get; set; }

        protected virtual bool Appends => false;

        protected override void ProcessRecord()
        {
            foreach (object line in Value ?? Array.Empty<object>())
            {
                lines.Add(LanguagePrimitives.ConvertTo<string>(line));
            }
        }

        protected override void EndProcessing()
        {
            foreach (string path in Targets(false))
            {
                string end = NoNewline ? "" : IsSimulated(path) ? "\r\n" : Environment.NewLine;
                string text = string.Concat(lines.ConvertAll(line => line + end));
                if (!ShouldProcess(path, MyInvocation.MyCommand.Name))
                {
                    continue;
                }

                try
                {
                    Write(path, text);
                }
                catch (HostFileException error)
                {
                    Complain(error);
                }
            }

            if (PassThru)
            {
                WriteObject(lines, true);
            }
        }

        private void Write(string path, string text)
        {
            if (!IsSimulated(path))
            {
                File.WriteAllText(path, (Appends && File.Exists(path) ? File.ReadAllText(path) : "") + text);
                return;
            }

            string target = HostFiles.Normal(path);
            string before = Appends && HostFiles.Ask("exists", target).GetBoolean() ? HostFiles.Ask("read", target).GetString() : "";
            HostFiles.Ask("write", target, writer => writer.WriteString("text", before + text));
        }
    }

    /// <summary>Add-Content for text files.</summary>
    [Cmdlet("Add", "Content", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
    public sealed class AddContentCommand : SetContentCommand
    {
        protected override bool Appends => true;
    }
}

namespace HyperVLab
{
    /// <summary>Paths with a drive letter or a share.</summary>
    internal static class WindowsPath
    {
        internal static bool Is(string path) =>
            path.Length > 1 && ((path[1] == ':' && char.IsLetter(path[0])) || path.StartsWith("\\\\", StringComparison.Ordinal));

        internal static string Leaf(string path)
        {
            string plain = path.Replace('/', '\\').TrimEnd('\\');
            return plain.Substring(plain.LastIndexOf('\\') + 1);
        }

        /// <summary>The parent; empty for a root.</summary>
        internal static string Parent(string path)
        {
            string plain = path.Replace('/', '\\').TrimEnd('\\');
            int at = plain.LastIndexOf('\\');
            return at < 0 ? "" : at == 2 && plain[1] == ':' ? plain.Substring(0, 3) : plain.Substring(0, at);
        }
    }
}
