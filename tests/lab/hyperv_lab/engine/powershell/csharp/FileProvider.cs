// Copyright: (c) 2026, datacenter.hyperv contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.IO;
using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Text.Json;

namespace HyperVLab
{
    /// <summary>The simulated volumes as a PowerShell provider: drives C:, D: ... for Test-Path, Get-Item, Copy-Item and the like.</summary>
    [CmdletProvider(Name, ProviderCapabilities.ShouldProcess)]
    public sealed class FileProvider : NavigationCmdletProvider, IContentCmdletProvider
    {
        public const string Name = "SimulatedFileSystem";

        protected override Collection<PSDriveInfo> InitializeDefaultDrives()
        {
            var drives = new Collection<PSDriveInfo>();
            foreach (char letter in Drives.AtStart)
            {
                drives.Add(Drives.Make(letter, ProviderInfo));
            }

            return drives;
        }

        protected override bool IsValidPath(string path) => !string.IsNullOrEmpty(path);

        protected override bool ItemExists(string path) => HostFiles.Ask("exists", HostFiles.Normal(path)).GetBoolean();

        protected override bool IsItemContainer(string path) => HostFiles.Ask("is_directory", HostFiles.Normal(path)).GetBoolean();

        protected override bool HasChildItems(string path) => IsItemContainer(path) && HostFiles.Children(HostFiles.Normal(path)).Count > 0;

        protected override void GetItem(string path) => Try(path, () => Show(HostFiles.Item(HostFiles.Normal(path))));

        protected override void GetChildItems(string path, bool recurse) => Try(path, () => ShowChildren(HostFiles.Normal(path), recurse));

        protected override void GetChildNames(string path, ReturnContainers returnContainers) => Try(path, () =>
        {
            foreach (HostItem item in HostFiles.Children(HostFiles.Normal(path)))
            {
                WriteItemObject(item.Name, item.FullName, item is HostDirectory);
            }
        });

        protected override void NewItem(string path, string itemTypeName, object newItemValue) => Try(path, () =>
        {
            string normal = HostFiles.Normal(path);
            bool directory = "directory".Equals(itemTypeName, StringComparison.OrdinalIgnoreCase)
                || "container".Equals(itemTypeName, StringComparison.OrdinalIgnoreCase);
            if (!ShouldProcess(normal, directory ? "Create Directory" : "Create File"))
            {
                return;
            }

            if (HostFiles.Ask("exists", normal).GetBoolean() && !Force)
            {
                WriteError(new ErrorRecord(
                    new IOException($"An item with the specified name {normal} already exists."),
                    directory ? "DirectoryExist" : "NewItemIOError", directory ? ErrorCategory.ResourceExists : ErrorCategory.WriteError, normal));
                return;
            }

            if (directory)
            {
                HostFiles.Ask("make_directory", normal);
            }
            else
            {
                HostFiles.Ask("write", normal, writer => writer.WriteString("text", newItemValue?.ToString() ?? ""));
            }

            Show(HostFiles.Item(normal));
        });

        protected override void CopyItem(string path, string copyPath, bool recurse) => Try(path, () =>
        {
            string source = HostFiles.Normal(path);
            string target = Into(source, copyPath);
            if (ShouldProcess($"Item: {source} Destination: {target}", "Copy"))
            {
                HostFiles.Ask("copy", source, writer =>
                {
                    writer.WriteString("destination", target);
                    writer.WriteBoolean("recurse", recurse);
                    writer.WriteBoolean("force", Force);
                });
                if (HostFiles.Ask("exists", target).GetBoolean())
                {
                    Show(HostFiles.Item(target));
                }
            }
        });

        protected override void MoveItem(string path, string destination) => Try(path, () =>
        {
            string source = HostFiles.Normal(path);
            string target = Into(source, destination);
            if (ShouldProcess($"Item: {source} Destination: {target}", "Move"))
            {
                HostFiles.Ask("move", source, writer =>
                {
                    writer.WriteString("destination", target);
                    writer.WriteBoolean("force", Force);
                });
                Show(HostFiles.Item(target));
            }
        });

        protected override void RenameItem(string path, string newName) => Try(path, () =>
        {
            string source = HostFiles.Normal(path);
            string target = HostFiles.Join(HostFiles.Parent(source), newName);
            if (ShouldProcess($"Item: {source} Destination: {target}", "Rename"))
            {
                HostFiles.Ask("move", source, writer =>
                {
                    writer.WriteString("destination", target);
                    writer.WriteBoolean("force", Force);
                });
                Show(HostFiles.Item(target));
            }
        });

        protected override void RemoveItem(string path, bool recurse) => Try(path, () =>
        {
            string normal = HostFiles.Normal(path);
            if (ShouldProcess(normal, "Remove"))
            {
                HostFiles.Ask("remove", normal, writer => writer.WriteBoolean("recurse", recurse));
            }
        });

        public IContentReader GetContentReader(string path) => new HostTextReader(HostFiles.Ask("read", HostFiles.Normal(path)).GetString());

        public object GetContentReaderDynamicParameters(string path) => null;

        public IContentWriter GetContentWriter(string path) => new HostTextWriter(HostFiles.Normal(path));

        public object GetContentWriterDynamicParameters(string path) => null;

        public void ClearContent(string path) => Try(path, () =>
            HostFiles.Ask("write", HostFiles.Normal(path), writer => writer.WriteString("text", "")));

        public object ClearContentDynamicParameters(string path) => null;

        private string Into(string source, string destination)
        {
            string target = HostFiles.Normal(destination);
            return HostFiles.Ask("is_directory", target).GetBoolean() ? HostFiles.Join(target, HostFiles.Leaf(source)) : target;
        }

        private void ShowChildren(string path, bool recurse)
        {
            foreach (HostItem item in HostFiles.Children(path))
            {
                Show(item);
                if (recurse && item is HostDirectory)
                {
                    ShowChildren(item.FullName, true);
                }
            }
        }

        private void Show(HostItem item)
        {
            var shown = new PSObject(item);
            shown.TypeNames.Insert(0, item is HostDirectory ? "System.IO.DirectoryInfo" : "System.IO.FileInfo");
            WriteItemObject(shown, item.FullName, item is HostDirectory);
        }

        private void Try(string path, Action action)
        {
            try
            {
                action();
            }
            catch (HostFileException error)
            {
                WriteError(error.Record);
            }
        }
    }

    /// <summary>An error the simulation reports for a file.</summary>
    public sealed class HostFileException : Exception
    {
        internal HostFileException(ErrorRecord record) : base(record.Exception.Message, record.Exception) => Record = record;

        internal ErrorRecord Record { get; }
    }

    /// <summary>Requests about the host's files, and the rules of Windows paths.</summary>
    internal static class HostFiles
    {
        internal static JsonElement Ask(string operation, string path, Action<Utf8JsonWriter> more = null)
        {
            JsonElement reply = Channel.Request(writer =>
            {
                writer.WriteString("call", "file");
                writer.WriteString("operation", operation);
                writer.WriteString("path", path);
                more?.Invoke(writer);
            });
            if (reply.TryGetProperty("error", out JsonElement error))
            {
                throw new HostFileException(Errors.Record(error));
            }

            return reply.GetProperty("value");
        }

        internal static HostItem Item(string path) => HostItem.From(Ask("item", path));

        internal static List<HostItem> Children(string path)
        {
            var items = new List<HostItem>();
            foreach (JsonElement child in Ask("children", path).EnumerateArray())
            {
                items.Add(HostItem.From(child));
            }

            return items;
        }

        /// <summary>Backslashes only, none twice (but a share's first two), none at the end but a root's.</summary>
        internal static string Normal(string path)
        {
            if (string.IsNullOrEmpty(path))
            {
                return "";
            }

            bool share = path.Length > 1 && (path[0] == '\\' || path[0] == '/') && (path[1] == '\\' || path[1] == '/');
            string joined = string.Join("\\", path.Split(new[] { '\\', '/' }, StringSplitOptions.RemoveEmptyEntries));
            if (share)
            {
                return "\\\\" + joined;
            }

            return joined.Length == 2 && joined[1] == ':' ? joined + "\\" : joined;
        }

        internal static string Join(string parent, string child) => Normal(parent + "\\" + child);

        internal static string Leaf(string path) => path.Substring(path.LastIndexOf('\\') + 1);

        internal static string Parent(string path)
        {
            int at = path.LastIndexOf('\\');
            return at < 0 ? "" : at == 2 ? path.Substring(0, 3) : path.Substring(0, at);
        }
    }

    /// <summary>A file or a folder, with the property names of System.IO's classes.</summary>
    public abstract class HostItem
    {
        public string FullName { get; private set; }

        public string Name => FullName.Length <= 3 ? FullName : FullName.Substring(FullName.LastIndexOf('\\') + 1);

        public string Extension => Name.LastIndexOf('.') < 0 ? "" : Name.Substring(Name.LastIndexOf('.'));

        public string BaseName => this is HostDirectory ? Name : Name.Substring(0, Name.Length - Extension.Length);

        public bool Exists => true;

        public DateTime CreationTime { get; private set; }

        public DateTime LastWriteTime { get; private set; }

        public DateTime LastAccessTime => LastWriteTime;

        public DateTime CreationTimeUtc => CreationTime.ToUniversalTime();

        public DateTime LastWriteTimeUtc => LastWriteTime.ToUniversalTime();

        public abstract FileAttributes Attributes { get; }

        public abstract string Mode { get; }

        public override string ToString() => FullName;

        internal static HostItem From(JsonElement value)
        {
            HostItem item = value.GetProperty("is_directory").GetBoolean() ? new HostDirectory() : (HostItem)new HostFile();
            item.FullName = value.GetProperty("path").GetString();
            item.CreationTime = Wire.Decode(value.GetProperty("created")) is DateTime created ? created : default;
            item.LastWriteTime = Wire.Decode(value.GetProperty("changed")) is DateTime changed ? changed : default;
            if (item is HostFile file)
            {
                file.Length = value.GetProperty("length").GetInt64();
            }

            return item;
        }
    }

    /// <summary>What Get-Item shows for a file.</summary>
    public sealed class HostFile : HostItem
    {
        public long Length { get; internal set; }

        public string DirectoryName => HostFiles.Parent(FullName);

        public bool IsReadOnly => false;

        public override FileAttributes Attributes => FileAttributes.Archive;

        public override string Mode => "-a---";
    }

    /// <summary>What Get-Item shows for a folder.</summary>
    public sealed class HostDirectory : HostItem
    {
        public string Root => FullName.Substring(0, 3);

        public override FileAttributes Attributes => FileAttributes.Directory;

        public override string Mode => "d----";
    }

    /// <summary>Lines of a small text file for Get-Content.</summary>
    internal sealed class HostTextReader : IContentReader
    {
        private readonly string[] lines;
        private int next;

        internal HostTextReader(string text)
        {
            string plain = text.Replace("\r\n", "\n");
            plain = plain.EndsWith("\n", StringComparison.Ordinal) ? plain.Substring(0, plain.Length - 1) : plain;
            lines = plain.Length == 0 ? Array.Empty<string>() : plain.Split('\n');
        }

        public IList Read(long readCount)
        {
            long count = readCount <= 0 ? lines.Length - next : Math.Min(readCount, lines.Length - next);
            var part = new ArrayList();
            for (; count > 0; count--)
            {
                part.Add(lines[next++]);
            }

            return part;
        }

        public void Seek(long offset, SeekOrigin origin) =>
            next = (int)(origin == SeekOrigin.Begin ? offset : origin == SeekOrigin.End ? lines.Length + offset : next + offset);

        public void Close() { }

        public void Dispose() { }
    }

    /// <summary>Takes the lines of Set-Content and Add-Content; the file is written when it is closed.</summary>
    internal sealed class HostTextWriter : IContentWriter
    {
        private readonly string path;
        private readonly List<string> lines = new List<string>();
        private bool append;

        internal HostTextWriter(string path) => this.path = path;

        public IList Write(IList content)
        {
            foreach (object line in content)
            {
                lines.Add(LanguagePrimitives.ConvertTo<string>(line));
            }

            return content;
        }

        public void Seek(long offset, SeekOrigin origin) => append = origin == SeekOrigin.End;

        public void Close()
        {
            string before = append && HostFiles.Ask("exists", path).GetBoolean() ? HostFiles.Ask("read", path).GetString() : "";
            string text = before + string.Concat(lines.ConvertAll(line => line + "\r\n"));
            HostFiles.Ask("write", path, writer => writer.WriteString("text", text));
        }

        public void Dispose() { }
    }
}
