package notes;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import jakarta.persistence.UniqueConstraint;
import java.time.LocalDateTime;
import org.hibernate.annotations.Check;
import org.hibernate.annotations.ColumnDefault;
import org.hibernate.annotations.OnDelete;
import org.hibernate.annotations.OnDeleteAction;

@Entity
@Table(
        uniqueConstraints = @UniqueConstraint(name = "note_title_key", columnNames = {"notebook_id", "title"}),
        indexes = @Index(name = "note_written_at", columnList = "written_at"))
@Check(name = "note_stars", constraints = "stars BETWEEN 0 AND 5")
public class Note {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    public Long id;

    @ManyToOne(optional = false)
    @JoinColumn(name = "notebook_id")
    @OnDelete(action = OnDeleteAction.CASCADE)
    public Notebook notebook;

    @Column(nullable = false)
    public String title;

    @Column(nullable = false, columnDefinition = "text")
    @ColumnDefault("''")
    public String text = "";

    @Column(nullable = false)
    @ColumnDefault("0")
    public short stars;

    @Column(name = "written_at", nullable = false)
    public LocalDateTime writtenAt = LocalDateTime.now();
}
