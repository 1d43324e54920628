Feature: Summary, notes and reports
  What a representative sees of the machine, writes down, and reads later.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @SUM-01
  Scenario: The summary tells whose machine it is
    Given Carla is at the hotel
    And Carla is a customer with a Windows PC called "FRONT-DESK-3"
    And Carla is in session with Alex
    Then the summary of Carla's session on Alex's console shows:
      | customer name | Carla        |
      | computer name | FRONT-DESK-3 |
      | platform      | Windows      |
      | public IP     | 192.0.2.30   |
      | private IP    | 192.168.1.11 |

  @SUM-02
  Scenario Outline: The machine does what was chosen when the session is over, and not before
    Given Carla is a customer with a <device>
    And Carla is in session with Alex
    When Alex chooses "<action>" for the end of Carla's session
    Then for 1 minute Carla's device is neither locked nor logged out
    When Alex ends Carla's session
    Then Carla's device is <state>

    Examples:
      | device     | action            | state      |
      | Windows PC | lock the computer | locked     |
      | Linux PC   | lock the computer | locked     |
      | Windows PC | log out the user  | logged out |

  @SUM-02
  Scenario: A choice can be taken back
    Given Carla is in session with Alex
    And Alex chooses "lock the computer" for the end of Carla's session
    When Alex chooses "nothing" for the end of Carla's session
    And Alex ends Carla's session
    Then Carla's session is over: "ended by the representative"
    And for 1 minute Carla's device is neither locked nor logged out

  @SUM-02
  Scenario: A customer who leaves by themselves is left alone
    Given Carla is in session with Alex
    And Alex chooses "lock the computer" for the end of Carla's session
    When Carla leaves
    Then Alex sees that Carla is gone
    And for 1 minute Carla's device is neither locked nor logged out

  @SUM-02
  Scenario: Only the owner chooses
    Given Blair is signed in to the desktop console
    And Carla is in session with Blair
    And Blair invites Alex to Carla's session
    And Alex accepts the invitation to Carla's session
    When Alex tries to choose "lock the computer" for the end of Carla's session
    Then Alex is told "only the owner may do this"
    When Blair ends Carla's session
    Then Carla's session is over: "ended by the representative"
    And for 1 minute Carla's device is neither locked nor logged out

  @SUM-02
  Scenario: Only Windows logs its user out
    Given Carla is a customer with a Linux PC
    And Carla is in session with Alex
    Then Alex is offered for the end of Carla's session "nothing, lock the computer"
    When Alex tries to choose "log out the user" for the end of Carla's session
    And Alex ends Carla's session
    Then for 1 minute Carla's device is neither locked nor logged out

  @SUM-02
  Scenario: Without the permission nothing is offered
    Given Blair is signed in to the desktop console
    And Carla is in session with Blair
    Then Blair is offered nothing for the end of Carla's session
    When Blair tries to choose "lock the computer" for the end of Carla's session
    And Blair ends Carla's session
    Then for 1 minute Carla's device is neither locked nor logged out

  @SUM-02 @JMC-16
  Scenario: A machine that was jumped to locks its screen at the end
    Given a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    And Alex jumps to "DB-01"
    And Alex has the session with "DB-01" open
    When Alex chooses "lock the computer" for the end of the session with "DB-01"
    And Alex ends the session with "DB-01"
    Then the computer "DB-01" is locked

  @SUM-03 @SUM-05
  Scenario: A note is kept, and the customer never sees it
    Given Carla is in session with Alex
    When Alex adds the note "Third call this week" to Carla's session
    Then Alex sees the notes "Third call this week" in Carla's session
    And Carla never sees the note "Third call this week"
    When Alex puts Carla's session on hold
    And Alex accepts Carla's session
    Then Alex sees the notes "Third call this week" in Carla's session

  @SUM-04
  Scenario: A note can be added when the customer has gone
    Given Carla is in session with Alex
    When Carla leaves
    Then Alex sees that Carla is gone
    When Alex adds the note "Rebooted and went" to Carla's session
    Then Alex sees the notes "Rebooted and went" in Carla's session

  @SUM-04 @SUM-06
  Scenario: And when the session is over
    Given Carla is in session with Alex
    And Alex adds the note "Driver replaced" to Carla's session
    When Alex ends Carla's session
    Then Alex has no session open
    When Alex adds the note "Call back on Monday" to Carla's session
    And Alex opens the report of Carla's session
    Then the report on Alex's console has the notes "Driver replaced; Call back on Monday"

  @SUM-05
  Scenario: Who joins reads the notes of before
    Given Blair is signed in to the Android console
    And Carla is in session with Alex
    And Alex adds the note "Speaks Danish" to Carla's session
    And Alex sees the notes "Speaks Danish" in Carla's session
    When Alex invites Blair to Carla's session
    And Blair accepts the invitation to Carla's session
    Then Blair sees the notes "Speaks Danish" in Carla's session
    When Blair adds the note "Danish confirmed" to Carla's session
    Then Alex sees the notes "Speaks Danish; Danish confirmed" in Carla's session
    And Carla never sees the note "Danish confirmed"

  @SUM-05 @TRF-04
  Scenario: So does who gets the session by transfer
    Given Blair is signed in to the desktop console
    And Carla is in session with Alex
    And Alex adds the note "Speaks Danish" to Carla's session
    When Alex transfers Carla's session to Blair
    And Blair accepts Carla's session
    Then Blair sees the notes "Speaks Danish" in Carla's session
    And Carla never sees the note "Speaks Danish"

  @SUM-06
  Scenario: A session's report holds who was in it, what was said, and the notes
    Given Blair is signed in to the desktop console
    And Carla is in session with Alex and Blair
    And Carla writes "It works now"
    And Alex reads "It works now" from Carla
    And Alex adds the note "License renewed" to Carla's session
    When Alex ends Carla's session
    Then Blair has no session open
    When Blair opens the report of Carla's session
    Then the report on Blair's console has the notes "License renewed"
    And the report on Blair's console names the representatives "Alex Kim, Blair Osei"
    And the report on Blair's console has the line "It works now" from Carla

  @SUM-06
  Scenario: Who was not in a session has no business with its report
    Given Blair is signed in to the desktop console
    And Carla waits in the Network queue
    And Alex accepts Carla's session
    When Blair tries to open the report of Carla's session
    Then Blair has no report open

  @SUM-07
  Scenario Outline: To lock an unattended machine at the end is advice, and not forced
    Given a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    And nobody is logged on at "DB-01"
    When Alex jumps to "DB-01"
    Then Alex is advised to lock "DB-01" at the end
    When Alex chooses "<action>" for the end of the session with "DB-01"
    Then Alex <advised> advised to lock "DB-01" at the end
    When Alex ends the session with "DB-01"
    Then "DB-01" has no customer client any more
    And the computer "DB-01" is <state>

    Examples:
      | action            | advised | state      |
      | lock the computer | is not  | locked     |
      | nothing           | is      | not locked |
